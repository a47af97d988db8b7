package io.rowledger.api.erasure;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.job.ErasureRepository;
import io.rowledger.core.job.ErasureRepository.Due;
import io.rowledger.core.job.ErasureRepository.Member;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Forgets the contents of a job's files: the key of its rows, the cells of its failures, how its
 * files were read. With it go the jobs that read the same rows or copies of them, because whoever
 * asks for rows to be forgotten does not mean one of their copies. Counters, codes, row numbers,
 * digests and who did what when stay. Records that were imported are not the job's any more and are
 * left alone.
 */
@ApplicationScoped
class EraseData {

  private final Database database;
  private final JobRepository jobs;
  private final ErasureRepository erasures;
  private final UploadRepository uploads;
  private final JobContents contents;

  EraseData(
      Database database,
      JobRepository jobs,
      ErasureRepository erasures,
      UploadRepository uploads,
      JobContents contents) {
    this.database = database;
    this.jobs = jobs;
    this.erasures = erasures;
    this.uploads = uploads;
    this.contents = contents;
  }

  /**
   * Erases; again is no harm.
   *
   * @param erasedBy key name or token subject
   * @return the job as it is now
   * @throws ProblemException INVALID_TRANSITION while the job, or another on its rows, is open
   */
  JobView erase(JobOrigin origin, String erasedBy) {
    JobView job = origin.job();
    if (!job.status().terminal()) {
      throw new ProblemException(
          Problem.INVALID_TRANSITION,
          "Job %s is %s; wait until it has ended, or cancel it."
              .formatted(job.id(), job.status().wireName()));
    }
    // The keys first, and at once for all: whatever comes after, the rows are gone.
    List<Due> family = database.transaction(job.organization(), tx -> erase(tx, origin, erasedBy));
    family.forEach(contents::eraseFailures);
    return database.transaction(
        job.organization(), tx -> jobs.find(tx, job.organization(), job.id()).orElseThrow());
  }

  private List<Due> erase(Tx tx, JobOrigin origin, String erasedBy) {
    List<Member> family = lockFamily(tx, origin);
    family.stream()
        .filter(member -> !member.status().terminal())
        .findFirst()
        .ifPresent(
            open -> {
              throw new ProblemException(
                      Problem.INVALID_TRANSITION,
                      "Job %s reads the same rows, or copies of them, and has not ended; wait for it, or cancel it."
                          .formatted(open.id()))
                  .jobId(open.id().toString());
            });
    List<Due> erased =
        family.stream().map(member -> new Due(member.id(), origin.job().organization())).toList();
    for (Member member : family) {
      uploads.forget(tx, origin.job().organization(), member.uploadId());
    }
    erased.forEach(job -> contents.erase(tx, job, erasedBy));
    return erased;
  }

  /**
   * From here on nobody can submit a job on any of these rows. A retry that was submitted while we
   * waited for its parent's rows brings rows of its own, which have to be locked as well.
   */
  private List<Member> lockFamily(Tx tx, JobOrigin origin) {
    Set<UUID> locked = new HashSet<>();
    List<UUID> more = List.of(origin.uploadId());
    List<Member> family = List.of();
    while (!more.isEmpty()) {
      for (UUID upload : more) {
        uploads.lock(tx, origin.job().organization(), upload);
        locked.add(upload);
      }
      family = erasures.family(tx, origin.job().organization(), origin.uploadId());
      more =
          family.stream()
              .map(Member::uploadId)
              .distinct()
              .filter(upload -> !locked.contains(upload))
              .sorted()
              .toList();
    }
    return family;
  }
}
