package io.rowledger.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.api.tenant.TenantLimits;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestDigestTest {

  /** No form here names a saved mapping. */
  private static final SavedMappings NOT_ASKED = null;

  private static final List<String> FILES = List.of("aa", "bb");
  private static final String PLAIN = transactions(Map.of());

  @Test
  void whatIsLeftOutCountsAsItsDefault() {
    assertThat(
            transactions(
                Map.of(
                    "executeRules", "true",
                    "skipDuplicates", " true ",
                    "validateExistingEntity", "true",
                    "batchErrorHandling", "rollback_all",
                    "label", "  ",
                    "delimiter", "")))
        .isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "skipDuplicates,false",
    "executeRules,false",
    "validateExistingEntity,false",
    "batchErrorHandling,stop_keep_success",
    "label,x",
    "delimiter,;",
    "charset,windows-1252",
    "expectedRows,2",
    "columnMapping,'{\"a\": \"externalId\"}'",
  })
  void anotherValueIsAnotherRequest(String field, String value) {
    assertThat(transactions(Map.of(field, value))).isNotEqualTo(PLAIN);
  }

  @Test
  void whiteSpaceAndTheOrderOfKeysInJsonMeanNothing() {
    String mapping = "{\"a\": \"externalId\", \"b\": \"amount\"}";
    String sameMapping = " {\n\"b\":\"amount\",\"a\":\"externalId\" }";

    assertThat(transactions(Map.of("columnMapping", sameMapping)))
        .isEqualTo(transactions(Map.of("columnMapping", mapping)))
        .isNotEqualTo(PLAIN);
  }

  @Test
  void theOrderOfFieldsAndUnknownFieldsMeanNothing() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("label", "x");
    fields.put("executeRules", "false");
    Map<String, String> turned = new LinkedHashMap<>();
    turned.put("nobody", "knows");
    turned.put("executeRules", "false");
    turned.put("label", " x ");

    assertThat(transactions(turned)).isEqualTo(transactions(fields));
  }

  @ParameterizedTest
  @CsvSource({"delimiter,tab,'\t'", "charset,UTF8,utf-8", "charset,cp1252,Windows-1252"})
  void namesOfOneThingAreTheSame(String field, String one, String other) {
    assertThat(transactions(Map.of(field, one)))
        .isEqualTo(transactions(Map.of(field, other)))
        .isNotEqualTo(PLAIN);
  }

  @Test
  void digestsAndSumsAreComparedByWhatTheyMean() {
    Map<String, String> one =
        Map.of("expectedSha256", "AB".repeat(32), "expectedSum", "1.50", "sumColumn", "amount");
    Map<String, String> other =
        Map.of(
            "expectedSha256", "[\"" + "ab".repeat(32) + "\"]",
            "expectedSum", "+1.5",
            "sumColumn", "amount");

    assertThat(transactions(one)).isEqualTo(transactions(other)).isNotEqualTo(PLAIN);
  }

  @Test
  void filesCountWithTheirContentAndOrderAndNotWithTheirNames() {
    ImportRequest request = request(Map.of(), "a.csv");

    assertThat(RequestDigest.of(request(Map.of(), "b.csv"), FILES)).isEqualTo(PLAIN);
    assertThat(RequestDigest.of(request, List.of("bb", "aa"))).isNotEqualTo(PLAIN);
    assertThat(RequestDigest.of(request, List.of("aa"))).isNotEqualTo(PLAIN);
    assertThat(RequestDigest.of(request.validatingGap(true), FILES)).isNotEqualTo(PLAIN);
  }

  @Test
  void aModeIsTheSameByItsLongName() {
    assertThat(entities(Map.of("entityImportMode", "manual_no_enrichment")))
        .isEqualTo(entities(Map.of()))
        .isNotEqualTo(entities(Map.of("entityImportMode", "automatic")))
        .isNotEqualTo(entities(Map.of("reportRecipientEmails", "[\"a@example.com\"]")));
  }

  @Test
  void aJsonBodyIsReadAsTheSameForm() {
    JsonNode members =
        Stored.read(
            """
            {"skipDuplicates": false, "label": "x", "columnMapping": {"a": "externalId"},
             "expectedSum": 1.50, "sumColumn": "a", "executeRules": "true"}
            """);
    Map<String, JsonNode> json = new LinkedHashMap<>();
    members.properties().forEach(member -> json.put(member.getKey(), member.getValue()));

    FormFields fields = FormFields.ofJson(json);
    String digest =
        RequestDigest.of(
            TransactionForm.read(List.of(), fields, FormatOptions.NONE, NOT_ASKED), FILES);

    assertThat(digest)
        .isEqualTo(
            transactions(
                Map.of(
                    "skipDuplicates", "false",
                    "label", "x",
                    "columnMapping", "{\"a\":\"externalId\"}",
                    "expectedSum", "1.5",
                    "sumColumn", "a")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"b\": [1, 2.50, {}], \"a\": null}|{\"a\":null,\"b\":[1,2.5,{}]}",
        "{\"a\": 100}|{\"a\":1E+2}",
        "[]|[]",
        "\"x\"|\"x\"",
      })
  void jsonHasOneText(String json, String text) {
    assertThat(RequestDigest.canonical(Stored.read(json))).isEqualTo(text);
  }

  private static String transactions(Map<String, String> fields) {
    return RequestDigest.of(request(fields, "a.csv"), FILES);
  }

  private static ImportRequest request(Map<String, String> fields, String fileName) {
    return TransactionForm.read(
        new UploadForm(List.of(new UploadedFile(Path.of("x"), fileName, 1)), fields), NOT_ASKED);
  }

  private static String entities(Map<String, String> fields) {
    TenantLimits limits = new TenantLimits(Set.of("entities_automatic"), 1, 1, 1, 1);
    return RequestDigest.of(
        EntityForm.read(new UploadForm(List.of(), fields), limits, NOT_ASKED, false), FILES);
  }
}
