package io.rowledger.api.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.job.Counts;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobPhase;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lineage;
import io.rowledger.core.job.RowResultRepository.FailureGroup;
import io.rowledger.core.tenant.OrgId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {

  private static final JobId JOB = new JobId(UUID.randomUUID());
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void everyLanguageHasTheSameKeys() {
    for (String code : ReportLanguage.CODES) {
      assertThat(ReportLanguage.of(code).keys())
          .as(code)
          .containsExactlyInAnyOrderElementsOf(ReportLanguage.of("en").keys());
    }
  }

  @Test
  void everyLanguageSaysItsOwnWordsAndEveryKeyTheSameValues() {
    for (String key : ReportLanguage.of("en").keys()) {
      List<String> texts =
          ReportLanguage.CODES.stream()
              .map(code -> ReportLanguage.of(code).text(key, "<0>", "<1>", "<2>"))
              .toList();
      assertThat(texts).as(key).noneMatch(String::isBlank);
      for (String value : List.of("<0>", "<1>", "<2>")) {
        boolean inEnglish = texts.get(0).contains(value);
        assertThat(texts).as(key).allMatch(text -> text.contains(value) == inEnglish);
      }
      if (!key.equals("failure")) {
        assertThat(texts.subList(1, texts.size())).as(key).doesNotContain(texts.get(0));
      }
      // A forgotten brace or apostrophe of the pattern.
      assertThat(texts).as(key).noneMatch(text -> text.matches(".*[{}'].*"));
    }
  }

  @Test
  void everyEndHasItsTexts() {
    for (String code : ReportLanguage.CODES) {
      Arrays.stream(JobStatus.values())
          .filter(JobStatus::terminal)
          .forEach(
              status ->
                  assertThat(report(job(status, 1, 1, 0, 0), null, List.of(), code).subject())
                      .isNotBlank());
    }
  }

  @Test
  void countsLinkAndGroupsAreInIt() {
    Report report =
        report(
            job(JobStatus.COMPLETED, 12_345, 12_000, 300, 45),
            "people.csv",
            List.of(
                new FailureGroup("VALIDATION_ERROR", "tax_id", 290),
                new FailureGroup("PROCESSING_ERROR", null, 10)),
            "en");

    assertThat(report.subject())
        .isEqualTo("Import finished: 12,000 imported, 300 failed, 45 skipped");
    assertThat(report.text())
        .contains("File: people.csv\n", "Rows in total: 12,345\n", "Not processed: 0\n")
        .contains("- VALIDATION_ERROR, column \"tax_id\": 290\n", "- PROCESSING_ERROR: 10\n")
        .contains("https://imports.example.com/batch-import/jobs/" + JOB + "\n");
  }

  @Test
  void numbersAreWrittenAsTheLanguageWritesThem() {
    JobView job = job(JobStatus.COMPLETED, 12_345, 12_345, 0, 0);

    assertThat(report(job, null, List.of(), "es").text()).contains("12.345");
    assertThat(report(job, null, List.of(), "pt").text()).contains("12.345");
  }

  @Test
  void anUnknownLanguageIsEnglish() {
    assertThat(ReportLanguage.of("tr")).isSameAs(ReportLanguage.of("en"));
    assertThatThrownBy(() -> ReportLanguage.of("en").text("nonsense"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nBcc: x@example.com", "a\nb", "a\u2028b", "a\u0085b", "a\u202eb"})
  void aNameOutOfAFileCannotWriteALineOrAHeader(String name) {
    Report report =
        report(
            job(JobStatus.COMPLETED, 1, 0, 1, 0),
            name,
            List.of(new FailureGroup("VALIDATION_ERROR", name, 1)),
            "en");

    assertThat(report.subject()).isEqualTo("Import finished: 0 imported, 1 failed, 0 skipped");
    assertThat(report.text()).doesNotContain(name).doesNotContain("\nBcc", "\r");
  }

  @Test
  void moreGroupsThanAreTellableAreSaidToBeMore() {
    List<FailureGroup> groups = new ArrayList<>();
    for (int i = 0; i <= Report.MOST_GROUPS; i++) {
      groups.add(new FailureGroup("VALIDATION_ERROR", "c" + i, 1));
    }
    JobView job = job(JobStatus.COMPLETED, 100, 79, 21, 0);

    assertThat(report(job, null, groups, "en").text())
        .contains("\"c19\"", "- and more")
        .doesNotContain("\"c20\"");
    assertThat(report(job, null, groups.subList(0, 20), "en").text())
        .contains("\"c19\"")
        .doesNotContain("- and more");
  }

  @Test
  void withoutAPublicUrlThereIsNoLink() {
    Report report =
        Report.of(
            job(JobStatus.FAILED, 1, 0, 1, 0),
            null,
            List.of(),
            Optional.empty(),
            ReportLanguage.of("en"));

    assertThat(report.text())
        .contains("Job: " + JOB, "Reason: ROLLED_BACK")
        .doesNotContain("Details", "http");
  }

  private static Report report(
      JobView job, String fileName, List<FailureGroup> groups, String language) {
    return Report.of(
        job,
        fileName,
        groups,
        Optional.of("https://imports.example.com/"),
        ReportLanguage.of(language));
  }

  private static JobView job(JobStatus status, int total, int succeeded, int failed, int skipped) {
    boolean wasFailed = status == JobStatus.FAILED;
    return new JobView(
        JOB,
        new OrgId(UUID.randomUUID()),
        JobKind.ENTITY,
        status,
        JobPhase.DONE,
        total,
        new Counts(succeeded, failed, skipped),
        false,
        null,
        null,
        null,
        0,
        "{}",
        "a test",
        null,
        wasFailed ? "ROLLED_BACK" : null,
        wasFailed ? "undone" : null,
        null,
        NOW,
        NOW,
        NOW,
        NOW,
        NOW,
        false,
        null,
        Lineage.NONE,
        null,
        null,
        null,
        null,
        null,
        1,
        1,
        null,
        0,
        ErrorHandling.ROLLBACK_ALL,
        false);
  }
}
