package io.rowledger.core.entity;

import static io.rowledger.core.mapping.MappingJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityRowsTest {

  private static final EntityOptions MANUAL = EntityOptions.of(ImportMode.MANUAL);

  private static EntityOptions options(String json) {
    return EntityOptions.fromJson(json(json));
  }

  private static Checked<EntityRecord> parse(
      Mapping mapping, EntityOptions options, String header, String... cells) {
    return EntityRows.parser(mapping.bind(List.of(header.split(","))), options)
        .parse(RawRow.of(2, Arrays.asList(cells)));
  }

  private static Checked<EntityRecord> platform(
      EntityOptions options, String header, String... cells) {
    return parse(Mapping.platform(MappingTarget.ENTITY_MIXED), options, header, cells);
  }

  private static EntityRecord valid(Checked<EntityRecord> checked) {
    assertThat(checked).isInstanceOf(Checked.Valid.class);
    return ((Checked.Valid<EntityRecord>) checked).record();
  }

  private static Checked.Refused<EntityRecord> refused(Checked<EntityRecord> checked) {
    assertThat(checked).isInstanceOf(Checked.Refused.class);
    return (Checked.Refused<EntityRecord>) checked;
  }

  @Test
  void thePlatformFile() {
    EntityRecord record =
        valid(
            platform(
                MANUAL,
                "tax_id,type,suggested_name,country_code,external_id,status,nationality,is_client,"
                    + "attributes.segment,email,phone,registrationDate",
                "123.456.789-09",
                "Person",
                "Ana Lima",
                "br",
                "C1",
                "ACTIVE",
                "ar",
                "TRUE",
                "gold",
                "ana@example.org",
                "+55 11 5555",
                "2020-02-29"));

    assertThat(record)
        .isEqualTo(
            new EntityRecord(
                "C1",
                "person",
                "12345678909",
                "BR",
                "Ana Lima",
                "active",
                true,
                "AR",
                "ana@example.org",
                "+55 11 5555",
                LocalDate.of(2020, 2, 29),
                "{\"segment\":\"gold\"}",
                null,
                null));
  }

  @Test
  void theRowBeatsTheRequestAndAttributesMerge() {
    EntityOptions options =
        options(
            "{'importMode': 'automatic', 'isClient': true, 'status': 'Blocked',"
                + " 'nationality': 'us', 'country': 'ar',"
                + " 'attributes': {'a': 1, 'in': {'x': 1, 'y': 1}}}");
    String header =
        "taxId,type,isClient,status,nationality,countryCode,attributes.a,attributes.in.x";

    EntityRecord silent = valid(platform(options, header, "12345678", "person"));
    EntityRecord loud =
        valid(platform(options, header, "1234567", "person", "no", "active", "PE", "CO", "2", "2"));

    assertThat(silent.isClient()).isTrue();
    assertThat(silent.status()).isEqualTo("blocked");
    assertThat(silent.nationality()).isEqualTo("US");
    assertThat(silent.countryCode()).isEqualTo("AR");
    assertThat(json(silent.attributesJson())).isEqualTo(options.attributes());
    assertThat(loud.isClient()).isFalse();
    assertThat(loud.status()).isEqualTo("active");
    assertThat(loud.nationality()).isEqualTo("PE");
    assertThat(loud.countryCode()).isEqualTo("CO");
    assertThat(json(loud.attributesJson())).isEqualTo(json("{'a': '2', 'in': {'x': '2', 'y': 1}}"));
  }

  @Test
  void theMappingsCountryBeatsTheRequests() {
    Mapping mapping =
        Mapping.parse(
            json("{'Doc': 'taxId', 'Name': 'name', 'Land': 'countryCode'}"),
            MappingTarget.ENTITY_PERSON,
            Map.of("country_code", "CO"));
    EntityOptions options = options("{'country': 'AR'}");

    assertThat(valid(parse(mapping, options, "Doc,Name,Land", "1234567", "A")).countryCode())
        .isEqualTo("CO");
    assertThat(valid(parse(mapping, options, "Doc,Name,Land", "1234567", "A", "us")).countryCode())
        .isEqualTo("US");
    assertThat(valid(parse(mapping, options, "Doc,Name,Land", "1234567", "A")).type())
        .isEqualTo("person");
  }

  @Test
  void withoutAnyCountryTheRowIsRefused() {
    assertThat(
            refused(platform(MANUAL, "tax_id,type,name", "123", "person", "A")).problem().message())
        .isEqualTo(
            "Field countryCode is absent: a country is required in the row, in the mapping or with"
                + " the request.");
  }

  @Test
  void onlyManualModeNeedsAName() {
    Checked.Refused<EntityRecord> refused =
        refused(platform(options("{'country':'US'}"), "tax_id,type,name", "1-2", "company", ""));
    assertThat(refused.rowKey()).isEqualTo("12");
    assertThat(refused.entityType()).isEqualTo("company");
    assertThat(refused.problem().column()).isEqualTo("name");

    EntityOptions automatic = options("{'importMode': 'automatic', 'country': 'US'}");
    assertThat(valid(platform(automatic, "tax_id,type,name", "1-2", "company", "")).name())
        .isNull();
    assertThat(automatic.requiredFields()).isEmpty();
    assertThat(MANUAL.requiredFields()).containsExactly("name", "countryCode");
  }

  @Test
  void aMappingForPersonsTakesNoCompanies() {
    Mapping mapping =
        Mapping.parse(
            json("{'Doc': 'taxId', 'Kind': 'type', 'Name': 'name'}"),
            MappingTarget.ENTITY_PERSON,
            Map.of("countryCode", "US"));

    assertThat(refused(parse(mapping, MANUAL, "Doc,Kind,Name", "1", "company", "A")).problem())
        .extracting(problem -> problem.message())
        .isEqualTo(
            "Column \"Kind\" (type) is not valid: expected person, as the mapping is for these"
                + " only.");
  }

  @ParameterizedTest
  @CsvSource({
    "tax_id,12-34,a CPF of 11 digits in BR",
    "country_code,ZZ,a country code",
    "nationality,Brazil,a country code",
    "type,robot,one of person",
    "status,happy,one of active",
    "is_client,maybe,true or false",
    "email,nobody,an e-mail address",
    "registration_date,yesterday,ISO 8601",
  })
  void rules(String column, String bad, String expected) {
    List<String> header =
        List.of(
            "tax_id",
            "type",
            "name",
            "country_code",
            "nationality",
            "status",
            "is_client",
            "email",
            "registration_date");
    String[] cells = {"12345678909", "person", "A", "BR", null, null, null, null, null};
    cells[header.indexOf(column)] = bad;

    Checked.Refused<EntityRecord> refused =
        refused(platform(MANUAL, String.join(",", header), cells));

    assertThat(refused.problem().message()).contains("\"" + column + "\"", expected);
    assertThat(refused.problem().message()).doesNotContain("\"" + bad + "\"");
    assertThat(refused.problem().column()).isEqualTo(column);
    assertThat(refused.problem().value()).isEqualTo(bad);
  }

  @Test
  void entityDataHasKnownKeysWithTypes() {
    Mapping mapping =
        Mapping.parse(
            json(
                """
                {'version': 2, 'fields': {
                  'taxId': {'column': 'Doc'}, 'name': {'column': 'Name'},
                  'entityData.person.dateOfBirth': {'column': 'Born', 'format': 'dd/MM/yyyy'},
                  'entityData.person.income': {'column': 'Pay', 'decimal': ','},
                  'entityData.person.address': {'column': 'Home'}}}
                """),
            MappingTarget.ENTITY_PERSON,
            Map.of("countryCode", "US"));
    String header = "Doc,Name,Born,Pay,Home";

    EntityRecord record =
        valid(parse(mapping, MANUAL, header, "1", "A", "29/02/1980", "1.234,50", "12 Elm"));
    Checked.Refused<EntityRecord> wrong =
        refused(parse(mapping, MANUAL, header, "1", "A", "30/02/1980", "1.23", "12 Elm"));

    assertThat(record.entityDataJson())
        .isEqualTo(
            "{\"person\":{\"dateOfBirth\":\"1980-02-29\",\"income\":1234.50,\"address\":\"12 Elm\"}}");
    assertThat(wrong.problem().message())
        .contains("\"Born\" (entityData.person.dateOfBirth)", "dd/MM/yyyy")
        .contains("\"Pay\" (entityData.person.income)", "1.234,56");
  }

  @Test
  void aJsonBodyHasItsOwnNames() {
    List<String> keys = List.of("taxId", "type", "name", "country", "entityData", "attributes");
    List<String> cells =
        Arrays.asList(
            "1",
            "company",
            "Acme",
            "US",
            "{\"company\":{\"employeeCount\":\"12\",\"revenue\":1.50,\"address\":{\"city\":\"X\"}}}",
            "{\"vip\":true}");
    Checked<EntityRecord> checked =
        EntityRows.parser(
                Mapping.platform(MappingTarget.ENTITY_MIXED).bind(keys, CellFormat.JSON), MANUAL)
            .parse(RawRow.of(1, cells));

    assertThat(valid(checked).entityDataJson())
        .isEqualTo(
            "{\"company\":{\"employeeCount\":12,\"revenue\":1.50,\"address\":{\"city\":\"X\"}}}");
    assertThat(valid(checked).attributesJson()).isEqualTo("{\"vip\":true}");

    cells.set(4, "{\"company\":{\"employeeCount\":-1,\"legalName\":{\"a\":1}}}");
    assertThat(
            refused(
                    EntityRows.parser(
                            Mapping.platform(MappingTarget.ENTITY_MIXED)
                                .bind(keys, CellFormat.JSON),
                            MANUAL)
                        .parse(RawRow.of(1, cells)))
                .problem()
                .message())
        .contains("entityData.company.employeeCount", "entityData.company.legalName");
  }

  @Test
  void optionsReadBack() {
    JsonNode json =
        json(
            """
            {'importMode': 'automatic', 'stopOnFirstError': true, 'skipRulesExecution': true,
             'riskMatrixPersonId': 'p', 'riskMatrixCompanyId': 'c',
             'autoExecuteIntegrations': ['x'], 'autoExecuteIntegrationsShareholders': {'y': 1},
             'depth': 5, 'isClient': false, 'status': 'active', 'attributes': {'a': 1},
             'nationality': 'BR', 'monitoring': {'daily': true}, 'country': 'MX'}
            """);

    assertThat(EntityOptions.fromJson(json).toJson()).isEqualTo(json);
    assertThat(EntityOptions.fromJson(MANUAL.toJson())).isEqualTo(MANUAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'depth': 6} | depth",
        "{'depth': -1} | depth",
        "{'status': 'x'} | status",
        "{'country': 'ZZ'} | country",
        "{'nationality': 'ZZ'} | nationality",
        "{'attributes': []} | attributes",
        "{'importMode': 'magic'} | importMode",
      })
  void optionsThatAreNoneAreNamed(String json, String option) {
    assertThatThrownBy(() -> options(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(option);
  }
}
