package io.rowledger.core.mapping;

import static io.rowledger.core.mapping.MappingJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindingTest {

  private static final FieldCatalog CATALOG = FieldCatalog.TRANSACTION;

  private static Mapping transactions(String columnMapping) {
    return Mapping.parse(json(columnMapping), MappingTarget.TRANSACTION, Map.of());
  }

  private static String text(BoundMapping bound, RawRow row, String field) {
    return bound.map(row).text(CATALOG.index(field));
  }

  @ParameterizedTest
  @CsvSource({
    "externalId,true",
    "external_id,true",
    "External ID,true",
    "EXTERNAL_ID,true",
    "external-id,false",
    "externalIds,false",
  })
  void headersMatchWithCaseSpacesAndUnderscoresAside(String header, boolean found) {
    BoundMapping bound = Mapping.platform(MappingTarget.TRANSACTION).bind(List.of(header));

    assertThat(bound.columnToField().containsKey(header)).isEqualTo(found);
    assertThat(text(bound, RawRow.of(2, List.of("T1")), "externalId"))
        .isEqualTo(found ? "T1" : null);
  }

  @Test
  void anExactHeaderWinsOverASimilarOne() {
    BoundMapping bound = transactions("{'Id': 'externalId'}").bind(List.of("ID", "Id"));

    assertThat(text(bound, RawRow.of(2, List.of("similar", "exact")), "externalId"))
        .isEqualTo("exact");
    assertThat(bound.unknownColumns()).containsExactly("ID");
  }

  @Test
  void missingColumnsComeWithTheClosestHeader() {
    BoundMapping bound =
        transactions("{'Total': 'amount', 'Kind': 'type', 'Why': 'reason'}")
            .bind(List.of("Totl", "Kind", "currencies", "anything"));

    assertThat(bound.missingColumns())
        .containsExactlyInAnyOrder(
            new MissingColumn("Total", "amount", true, "Totl"),
            new MissingColumn("Why", "reason", false, null),
            new MissingColumn("externalId", "externalId", true, null),
            new MissingColumn("currency", "currency", true, "currencies"));
  }

  @Test
  void constantsDefaultsAndTemplatesSpareAColumn() {
    Mapping mapping =
        Mapping.parse(
            json(
                "{'version': 2, 'fields': {'externalId': {'template': 'T{#row}'},"
                    + " 'amount': {'constant': 1}, 'currency': {'constant': 'USD'}}}"),
            MappingTarget.TRANSACTION,
            Map.of("type", "FEE"));

    BoundMapping bound = mapping.bind(List.of("x"));

    assertThat(bound.missingColumns()).isEmpty();
    assertThat(text(bound, RawRow.of(7, List.of("y")), "externalId")).isEqualTo("T7");
    assertThat(text(bound, RawRow.of(7, List.of("y")), "type")).isEqualTo("FEE");
  }

  @Test
  void columnsOfAFailuresFileAreNeitherDataNorUnknown() {
    BoundMapping bound =
        transactions("{'Id': 'externalId', 'Notes': null}")
            .bind(List.of("Id", "_row", "_code", "_column", "_message", "Notes", "Shoe size", ""));

    assertThat(bound.unknownColumns()).containsExactly("Shoe size");
    assertThat(bound.unknownColumnsPolicy()).isEqualTo(UnknownColumns.WARN);
  }

  @Test
  void aColumnThatIsMissingIsNotFoundInWhatAFailuresFileAdds() {
    BoundMapping bound =
        transactions("{'Id': 'externalId', 'Code': 'category'}")
            .bind(List.of("Id", "_row", "_code", "_column", "_message"));

    assertThat(bound.missingColumns()).extracting(MissingColumn::column).contains("Code");
    assertThat(bound.columnToField()).containsOnlyKeys("Id");
  }

  @Test
  void theRowOfATemplateIsTheFirstOneTheRowEverHad() {
    BoundMapping bound =
        transactions("{'version': 2, 'fields': {'externalId': {'template': '{A}-{#row}{{x}}'}}}")
            .bind(List.of("A", "_row"));

    assertThat(text(bound, RawRow.of(2, List.of(" a ", "41")), "externalId")).isEqualTo("a-41{x}");
    assertThat(text(bound, RawRow.of(2, List.of("a", " ")), "externalId")).isEqualTo("a-2{x}");
    assertThat(text(bound, RawRow.of(2, List.of("", "41")), "externalId")).isNull();
  }

  @Test
  void valuesDefaultsAndFallbacks() {
    Mapping mapping =
        Mapping.parse(
            json(
                "{'version': 2, 'fields': {"
                    + "'type': {'column': 'K', 'values': {'Cash': 'FEE', 'none': ''},"
                    + " 'default': 'OTHER'},"
                    + "'reason': {'column': 'R', 'values': {'x': 'y'}}}}"),
            MappingTarget.TRANSACTION,
            Map.of("reason", "because"));
    BoundMapping bound = mapping.bind(List.of("K", "R"));

    assertThat(text(bound, RawRow.of(2, List.of(" Cash ", "x")), "type")).isEqualTo("FEE");
    assertThat(text(bound, RawRow.of(2, List.of("Card", "x")), "type")).isEqualTo("OTHER");
    assertThat(text(bound, RawRow.of(2, List.of("none", "x")), "type")).isEqualTo("OTHER");
    assertThat(text(bound, RawRow.of(2, List.of()), "type")).isEqualTo("OTHER");
    assertThat(text(bound, RawRow.of(2, List.of("", "x")), "reason")).isEqualTo("y");
    assertThat(text(bound, RawRow.of(2, List.of("", "z")), "reason")).isEqualTo("z");
    assertThat(text(bound, RawRow.of(2, List.of("", " \t")), "reason")).isEqualTo("because");
  }

  @Test
  void blankColumnsAreLeftOutOfAJoin() {
    BoundMapping bound =
        transactions(
                "{'version': 2, 'fields': {'reason': {'columns': ['A', 'B', 'C'], 'join': '/'}}}")
            .bind(List.of("A", "B", "C"));

    assertThat(text(bound, RawRow.of(2, List.of("a", " ", "c")), "reason")).isEqualTo("a/c");
    assertThat(text(bound, RawRow.of(2, List.of("", "")), "reason")).isNull();
  }

  @Test
  void inJsonADottedNameIsAlsoAKeyOfAnObject() {
    List<String> columns = List.of("id", "payer", "origin");
    RawRow row =
        RawRow.of(
            1,
            List.of("T1", "{\"account\":{\"No\":17}}", "{\"external_id\":\"C1\",\"name\":null}"));
    Mapping mapping = transactions("{'id': 'externalId', 'payer.account.no': 'originTaxId'}");
    Mapping platform = Mapping.platform(MappingTarget.TRANSACTION);

    assertThat(text(mapping.bind(columns, CellFormat.JSON), row, "originTaxId")).isEqualTo("17");
    assertThat(mapping.bind(columns, CellFormat.JSON).unknownColumns()).containsExactly("origin");
    assertThat(text(platform.bind(columns, CellFormat.JSON), row, "originExternalId"))
        .isEqualTo("C1");
    assertThat(text(platform.bind(columns, CellFormat.JSON), row, "originName")).isNull();
    assertThat(mapping.bind(columns).missingColumns())
        .extracting(MissingColumn::column)
        .contains("payer.account.no");
  }

  @Test
  void optionsCanRequireMore() {
    BoundMapping bound =
        Mapping.platform(MappingTarget.ENTITY_MIXED).bind(List.of("tax_id", "type", "nam"));

    assertThat(bound.missingColumns()).isEmpty();
    assertThat(bound.missingColumns(List.of("name", "countryCode")))
        .containsExactly(
            new MissingColumn("name", "name", true, "nam"),
            new MissingColumn("countryCode", "countryCode", true, null));
  }

  @Test
  void controlTotalsFollowTheMappingsDecimals() {
    BoundMapping bound =
        transactions("{'version': 2, 'fields': {'amount': {'column': 'Total', 'decimal': ','}}}")
            .bind(List.of("Total", "Tax"));

    assertThat(bound.decimals("total")).isEqualTo(DecimalSyntax.COMMA);
    assertThat(bound.decimals("Tax")).isEqualTo(DecimalSyntax.PLAIN);
  }

  @ParameterizedTest
  @CsvSource({"warn,true", "ignore,false", "reject,false"})
  void unknownColumnsAreWarnedOfAsTheMappingSays(String policy, boolean warned) {
    BoundMapping bound =
        transactions("{'version': 2, 'unknownColumns': '" + policy + "', 'fields': {}}")
            .bind(List.of("Shoe size"));

    assertThat(bound.unknownColumnsWarning())
        .isEqualTo(
            warned
                ? Optional.of("No field reads these columns, and they were ignored: \"Shoe size\".")
                : Optional.empty());
  }

  @Test
  void aWarningNamesTwentyColumnsAtMost() {
    List<String> columns = IntStream.rangeClosed(1, 23).mapToObj(i -> "c" + i).toList();

    assertThat(transactions("{}").bind(columns).unknownColumnsWarning().orElseThrow())
        .endsWith("\"c19\", \"c20\" and 3 more.");
  }
}
