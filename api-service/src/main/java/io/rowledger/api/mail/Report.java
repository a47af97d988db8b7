package io.rowledger.api.mail;

import io.rowledger.core.job.JobView;
import io.rowledger.core.job.RowResultRepository.FailureGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the mail about a job says: counts, a link, failures by code and column. No cell of a row is
 * in it. The subject has nothing but fixed text and numbers, so that no upload can write a header.
 */
record Report(String subject, String text) {

  /** So many groups of failures are told. */
  static final int MOST_GROUPS = 20;

  private static final int MOST_CHARACTERS = 80;

  /**
   * Writes the report.
   *
   * @param groups up to {@value #MOST_GROUPS} + 1, so that it can be told that there are more
   */
  static Report of(
      JobView job,
      @Nullable String fileName,
      List<FailureGroup> groups,
      Optional<String> publicUrl,
      ReportLanguage language) {
    String status = job.status().wireName();
    List<String> lines = new ArrayList<>();
    lines.add(language.text("ended." + status));
    if (fileName != null) {
      lines.add(language.text("file", oneLine(fileName)));
    }
    if (job.failureCode() != null) {
      lines.add(language.text("reason", job.failureCode()));
    }
    lines.add("");
    lines.add(language.text("rows", job.totalItems()));
    lines.add(language.text("succeeded", job.counts().succeeded()));
    lines.add(language.text("skipped", job.counts().skipped()));
    lines.add(language.text("failed", job.counts().failed()));
    lines.add(language.text("unprocessed", job.unprocessed()));
    lines.add("");
    if (!groups.isEmpty()) {
      addFailures(lines, groups, language);
    }
    lines.add(language.text("job", job.id().toString()));
    publicUrl.ifPresent(url -> lines.add(language.text("link", link(url, job))));
    lines.add("");
    lines.add(language.text("why"));
    return new Report(
        language.text(
            "subject." + status,
            job.counts().succeeded(),
            job.counts().failed(),
            job.counts().skipped()),
        String.join("\n", lines) + "\n");
  }

  private static void addFailures(
      List<String> lines, List<FailureGroup> groups, ReportLanguage language) {
    lines.add(language.text("failures"));
    for (FailureGroup group : groups.subList(0, Math.min(groups.size(), MOST_GROUPS))) {
      lines.add(
          group.column() == null
              ? language.text("failure", group.code(), group.rows())
              : language.text("failureAt", group.code(), group.rows(), oneLine(group.column())));
    }
    if (groups.size() > MOST_GROUPS) {
      lines.add(language.text("more"));
    }
    lines.add("");
  }

  private static String link(String publicUrl, JobView job) {
    String base =
        publicUrl.endsWith("/") ? publicUrl.substring(0, publicUrl.length() - 1) : publicUrl;
    return base + "/batch-import/jobs/" + job.id();
  }

  /** A name out of a file must not look like lines of ours. */
  private static String oneLine(String name) {
    String line = name.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cf}\\p{Cs}]", " ");
    return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + "…";
  }
}
