package io.rowledger.core.userevent;

import static io.rowledger.core.mapping.MappingJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.row.RowProblem;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserEventRowsTest {

  private static final Instant ACCEPTED = Instant.parse("2026-03-01T10:00:00.123456789Z");

  private static Checked<UserEventRecord> platform(String header, String... cells) {
    return parser(Mapping.platform(MappingTarget.USER_EVENT), header)
        .parse(RawRow.of(2, Arrays.asList(cells)));
  }

  private static RowParser<UserEventRecord> parser(Mapping mapping, String header) {
    return UserEventRows.parser(
        mapping.bind(List.of(header.split(","))), EventTypes.OPEN, ACCEPTED);
  }

  private static UserEventRecord valid(Checked<UserEventRecord> checked) {
    assertThat(checked).isInstanceOf(Checked.Valid.class);
    return ((Checked.Valid<UserEventRecord>) checked).record();
  }

  private static Checked.Refused<UserEventRecord> refused(Checked<UserEventRecord> checked) {
    assertThat(checked).isInstanceOf(Checked.Refused.class);
    return (Checked.Refused<UserEventRecord>) checked;
  }

  @Test
  void theLeastAUserEventNeeds() {
    UserEventRecord record = valid(platform("event_type,entity_external_id", "LOGIN", "C-1"));

    assertThat(record)
        .isEqualTo(
            new UserEventRecord(
                null,
                "LOGIN",
                new EntityReference(null, "C-1", null, null),
                null,
                Instant.parse("2026-03-01T10:00:00.123456Z"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null));
  }

  @Test
  void everythingAUserEventCanSay() {
    UserEventRecord record =
        valid(
            platform(
                "eventId,eventType,entityId,entityExternalId,taxId,taxIdCountry,userId,timestamp,"
                    + "eventDate,deviceId,deviceDetails.os,ipAddress,country,isVpn,isProxy,"
                    + "isNewDevice,failedAttemptsCount,destinationAccountId,destinationCuit,"
                    + "previousValue,metadata,userAgent",
                "E-1",
                "LOGIN_FAILED_2FA",
                "0192F0C1-2B7E-7C43-9D53-0C4A1F6B7E10",
                "C1",
                "123.456.789-9",
                "br",
                "u-1",
                "2024-05-17T09:26:00.5+02:00",
                "2024-05-17",
                "d-1",
                "Linux",
                "2001:db8::7",
                "ar",
                "TRUE",
                "no",
                "1",
                "3",
                "acc",
                "30-52032513-8",
                "old",
                "{\"n\": 1.50}",
                "Mozilla/5.0"));

    assertThat(record)
        .isEqualTo(
            new UserEventRecord(
                "E-1",
                "LOGIN_FAILED_2FA",
                new EntityReference(
                    UUID.fromString("0192f0c1-2b7e-7c43-9d53-0c4a1f6b7e10"),
                    "C1",
                    "01234567899",
                    "BR"),
                "u-1",
                Instant.parse("2024-05-17T07:26:00.5Z"),
                LocalDate.of(2024, 5, 17),
                "d-1",
                "{\"os\":\"Linux\"}",
                "2001:db8::7",
                "AR",
                true,
                false,
                true,
                3,
                "acc",
                "30-52032513-8",
                "old",
                "{\"n\":1.50}",
                "Mozilla/5.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"login", "Login", "LOGIN-FAILED", "LOGIN__X", "_LOGIN", "LOGIN_", "2FA", "GİRİŞ"})
  void anEventTypeIsInUpperSnakeCase(String type) {
    RowProblem problem = refused(platform("eventType,taxId", type, "1")).problem();

    assertThat(problem.code()).isEqualTo(RowCode.VALIDATION_ERROR);
    assertThat(problem.column()).isEqualTo("eventType");
    assertThat(problem.value()).isEqualTo(type);
    assertThat(problem.message()).contains("upper case letters", "such as LOGIN_FAILED");
  }

  @Test
  void aListOfEventTypesShutsOutAllOthers() {
    RowParser<UserEventRecord> parser =
        UserEventRows.parser(
            Mapping.platform(MappingTarget.USER_EVENT).bind(List.of("eventType", "taxId")),
            EventTypes.of(Set.of("LOGOUT", "LOGIN")),
            ACCEPTED);

    valid(parser.parse(RawRow.of(2, List.of("LOGIN", "1"))));
    assertThat(refused(parser.parse(RawRow.of(3, List.of("SIGNUP", "1")))).problem().message())
        .isEqualTo("Column \"eventType\" is not valid: expected one of LOGIN, LOGOUT.");
    assertThatThrownBy(() -> EventTypes.of(Set.of("login")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("login");
  }

  @ParameterizedTest
  @CsvSource({
    "ipAddress,10.0.0.256,an IPv4 or IPv6 address",
    "ipAddress,example.com,an IPv4 or IPv6 address",
    "country,BRA,a country code",
    "taxIdCountry,Brazil,a country code",
    "isVpn,maybe,true or false",
    "isProxy,2,true or false",
    "isNewDevice,ja,true or false",
    "failedAttemptsCount,-1,a whole number from 0",
    "failedAttemptsCount,1.5,a whole number from 0",
    "failedAttemptsCount,2147483648,a whole number from 0",
    "failedAttemptsCount,many,a whole number from 0",
    "timestamp,17/05/2024,ISO 8601",
    "eventDate,yesterday,ISO 8601",
    "entityId,1-1-1-1-1,a UUID",
    "deviceDetails,[1],a JSON object",
    "metadata,{broken,a JSON object",
  })
  void aRuleNamesColumnAndExpectationButNotTheValue(String field, String bad, String expected) {
    Checked.Refused<UserEventRecord> refused =
        refused(
            platform("eventId,eventType,entityExternalId," + field, "E-1", "LOGIN", "C-1", bad));

    assertThat(refused.rowKey()).isEqualTo("E-1");
    RowProblem problem = refused.problem();
    assertThat(problem.code()).isEqualTo(RowCode.VALIDATION_ERROR);
    assertThat(problem.column()).isEqualTo(field);
    assertThat(problem.value()).isEqualTo(bad);
    assertThat(problem.message()).contains("\"" + field + "\"", expected).endsWith(".");
    if (bad.length() > 2) {
      assertThat(problem.message()).doesNotContain(bad);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,0", "2147483647,2147483647", "3.0,3"})
  void failedAttemptsAreAWholeNumber(String cell, int expected) {
    assertThat(
            valid(platform("eventType,taxId,failedAttemptsCount", "LOGIN", "1", cell))
                .failedAttemptsCount())
        .isEqualTo(expected);
  }

  @Test
  void anEventNeedsSomebodyWhoseItIs() {
    RowProblem problem =
        refused(platform("eventType,entityId,taxId,taxIdCountry", "LOGIN", "", " ", "BR"))
            .problem();

    assertThat(problem.message())
        .isEqualTo(
            "Column \"entityId\" is blank: an event needs entityId, entityExternalId or taxId.");
    assertThat(refused(platform("eventType", "LOGIN")).problem().message())
        .isEqualTo("Field entityId is absent: an event needs entityId, entityExternalId or taxId.");
  }

  @Test
  void aTaxIdHasToFitItsCountry() {
    assertThat(
            valid(platform("eventType,taxId,taxIdCountry", "LOGIN", "20.325.585/0001-27", "BR"))
                .entity()
                .taxId())
        .isEqualTo("20325585000127");
    assertThat(
            refused(platform("eventType,taxId,taxIdCountry", "LOGIN", "12", "BR"))
                .problem()
                .message())
        .isEqualTo(
            "Column \"taxId\" is not valid: expected a CPF of 11 digits or a CNPJ of 12 letters or"
                + " digits and 2 digits in BR.");
    // Without a country there is no form to fit.
    assertThat(valid(platform("eventType,taxId", "LOGIN", "1-2")).entity())
        .isEqualTo(new EntityReference(null, null, "12", null));
    assertThat(refused(platform("eventType,taxId", "LOGIN", "--")).problem().column())
        .isEqualTo("taxId");
  }

  @Test
  void theCountryOfTheEventIsNotThatOfTheTaxId() {
    UserEventRecord record = valid(platform("eventType,taxId,country", "LOGIN", "12", "BR"));

    assertThat(record.entity().country()).isNull();
    assertThat(record.country()).isEqualTo("BR");
  }

  @Test
  void aMappingMayGiveTheCountryOfAllTaxIds() {
    Mapping mapping =
        Mapping.parse(
            json(
                """
                {'version': 2, 'fields': {
                  'eventType': {'column': 'What', 'values': {'in': 'LOGIN', 'out': 'LOGOUT'}},
                  'taxId': {'column': 'CPF'},
                  'timestamp': {'columns': ['Day', 'Hour'], 'join': ' ', 'format': 'dd/MM/yyyy HH:mm',
                                'zone': 'America/Sao_Paulo'}}}
                """),
            MappingTarget.USER_EVENT,
            Map.of("taxIdCountry", "BR"));

    UserEventRecord record =
        valid(
            parser(Mapping.fromJson(mapping.toJson()), "What,CPF,Day,Hour")
                .parse(RawRow.of(2, List.of("out", "602810448-56", "03/02/2025", "21:10"))));

    assertThat(record.eventType()).isEqualTo("LOGOUT");
    assertThat(record.entity()).isEqualTo(new EntityReference(null, null, "60281044856", "BR"));
    assertThat(record.timestamp()).isEqualTo(Instant.parse("2025-02-04T00:10:00Z"));
  }

  @Test
  void jsonKeepsItsTypes() {
    List<String> columns =
        List.of("eventType", "taxId", "isVpn", "failedAttemptsCount", "metadata");
    RowParser<UserEventRecord> parser =
        UserEventRows.parser(
            Mapping.platform(MappingTarget.USER_EVENT).bind(columns, CellFormat.JSON),
            EventTypes.OPEN,
            ACCEPTED);

    UserEventRecord record =
        valid(
            parser.parse(
                RawRow.of(1, List.of("LOGIN", "12", "true", "3", "{\"a\":[1,2.50,null]}"))));

    assertThat(record.isVpn()).isTrue();
    assertThat(record.failedAttemptsCount()).isEqualTo(3);
    assertThat(record.metadataJson()).isEqualTo("{\"a\":[1,2.50,null]}");
  }

  @Test
  void aFileWithoutAnyColumnForTheEntityLacksOne() {
    Mapping platform = Mapping.platform(MappingTarget.USER_EVENT);

    assertThat(platform.bind(List.of("eventType", "tax_ids")).missingColumns())
        .singleElement()
        .satisfies(
            missing -> {
              assertThat(missing.column()).isEqualTo("entityId or entityExternalId or taxId");
              assertThat(missing.closest()).isEqualTo("tax_ids");
              assertThat(missing.required()).isTrue();
            });
    for (String one : List.of("entity_id", "Entity External Id", "taxId")) {
      assertThat(platform.bind(List.of("eventType", one)).missingColumns()).isEmpty();
    }
    assertThat(platform.bind(List.of("taxId")).missingColumns())
        .singleElement()
        .satisfies(missing -> assertThat(missing.column()).isEqualTo("eventType"));
  }

  @Test
  void aMalformedRowSaysWhy() {
    Checked.Refused<UserEventRecord> refused =
        refused(
            parser(Mapping.platform(MappingTarget.USER_EVENT), "eventType,taxId")
                .parse(new RawRow(5, List.of(), "The row has 3 cells.")));

    assertThat(refused.problem().code()).isEqualTo(RowCode.MALFORMED_ROW);
    assertThat(refused.problem().message()).isEqualTo("The row has 3 cells.");
  }
}
