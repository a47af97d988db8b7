package io.rowledger.api.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.security.Permission;
import io.rowledger.api.security.Tenant;
import io.rowledger.core.job.Interruption;
import io.rowledger.core.job.JobFailure;
import io.rowledger.core.row.RowCode;
import io.rowledger.testkit.RowledgerStack;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class FailureCodesTest {

  private List<Map<String, Object>> codes;

  @BeforeEach
  void read() {
    codes =
        Tenant.as(Tenant.create().key(Permission.EVENTS_CREATE))
            .get("/batch-import/failure-codes")
            .then()
            .statusCode(200)
            .extract()
            .path("codes");
  }

  @Test
  void everyCodeThereIsIsListedUnderItsLayer() {
    assertThat(listed("row", "skip"))
        .containsExactlyElementsOf(names(RowCode.values()))
        .contains("DUPLICATE_TAX_ID");
    assertThat(listed("skip")).allMatch(code -> code.startsWith("SKIPPED_"));
    assertThat(listed("row")).noneMatch(code -> code.startsWith("SKIPPED_"));
    assertThat(listed("job"))
        .containsExactlyElementsOf(
            Stream.concat(
                    names(JobFailure.Code.values()).stream(), names(Interruption.values()).stream())
                .toList());
    assertThat(listed("request")).containsExactlyElementsOf(names(Problem.values()));
  }

  @Test
  void everyCodeIsExplained() {
    for (Map<String, Object> code : codes) {
      assertThat(code.keySet())
          .containsExactly("code", "layer", "meaning", "remedy", "retryable", "kinds");
      assertThat((String) code.get("meaning")).as("%s", code).hasSizeGreaterThan(10).endsWith(".");
      assertThat((String) code.get("remedy")).as("%s", code).hasSizeGreaterThan(10).endsWith(".");
      assertThat((List<?>) code.get("kinds")).as("%s", code).isNotEmpty();
    }
  }

  @Test
  void retryableIsWhatFailureItemsSay() {
    List<Object> retryable =
        codes.stream()
            .filter(code -> code.get("layer").equals("row"))
            .filter(code -> (Boolean) code.get("retryable"))
            .map(code -> code.get("code"))
            .toList();

    assertThat(retryable)
        .containsExactlyInAnyOrder("ENTITY_NOT_FOUND", "AMBIGUOUS_TAX_ID", "PROCESSING_ERROR")
        .containsExactlyElementsOf(
            Arrays.stream(RowCode.values())
                .filter(RowCode::retryable)
                .<Object>map(Enum::name)
                .toList());
  }

  private List<String> listed(String... layers) {
    return codes.stream()
        .filter(code -> List.of(layers).contains((String) code.get("layer")))
        .map(code -> (String) code.get("code"))
        .toList();
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }
}
