package io.rowledger.core.transaction;

import static io.rowledger.core.mapping.MappingJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.row.RowProblem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionRowsTest {

  private static final Instant ACCEPTED = Instant.parse("2026-03-01T10:00:00.123456789Z");

  private static Checked<TransactionRecord> platform(String header, String... cells) {
    return TransactionRows.parser(
            Mapping.platform(MappingTarget.TRANSACTION).bind(List.of(header.split(","))), ACCEPTED)
        .parse(RawRow.of(2, Arrays.asList(cells)));
  }

  private static TransactionRecord valid(Checked<TransactionRecord> checked) {
    assertThat(checked).isInstanceOf(Checked.Valid.class);
    return ((Checked.Valid<TransactionRecord>) checked).record();
  }

  private static Checked.Refused<TransactionRecord> refused(Checked<TransactionRecord> checked) {
    assertThat(checked).isInstanceOf(Checked.Refused.class);
    return (Checked.Refused<TransactionRecord>) checked;
  }

  @Test
  void theLeastATransactionNeeds() {
    TransactionRecord record =
        valid(platform("external_id,type,amount,currency", "T1", "payment", "10.50", "usd"));

    assertThat(record)
        .isEqualTo(
            new TransactionRecord(
                "T1",
                "PAYMENT",
                new BigDecimal("10.50"),
                "USD",
                "CREATED",
                null,
                null,
                null,
                null,
                Instant.parse("2026-03-01T10:00:00.123456Z"),
                null,
                Party.NONE,
                Party.NONE,
                null,
                null,
                null));
  }

  @Test
  void everythingATransactionCanSay() {
    TransactionRecord record =
        valid(
            platform(
                "externalId,type,amount,currency,status,paymentMethod,description,category,reason,"
                    + "transactedAt,channel,origin_entity_id,originExternalId,originTaxId,originName,"
                    + "originCountry,originDetails.bank,destination_tax_id,metadata.Shop No,"
                    + "metadata.a.b,locationDetails,deviceDetails",
                "T2",
                "TRANSFER",
                "0",
                "USDT",
                "sent",
                "pix",
                "d",
                "c",
                "r",
                "2024-05-17",
                "app",
                "0192F0C1-2B7E-7C43-9D53-0C4A1F6B7E10",
                "C1",
                "123.456.789-9",
                "Ana",
                "br",
                "007",
                "1.2-3",
                " {x} ",
                "1e5",
                "{\"lat\": 1.50}",
                null));

    assertThat(record.status()).isEqualTo("SENT");
    assertThat(record.paymentMethod()).isEqualTo("PIX");
    assertThat(record.currency()).isEqualTo("USDT");
    assertThat(record.transactedAt()).isEqualTo(Instant.parse("2024-05-17T00:00:00Z"));
    assertThat(record.origin())
        .isEqualTo(
            new Party(
                UUID.fromString("0192f0c1-2b7e-7c43-9d53-0c4a1f6b7e10"),
                "C1",
                "01234567899",
                "Ana",
                "BR",
                "{\"bank\":\"007\"}"));
    assertThat(record.destination().taxId()).isEqualTo("123");
    assertThat(record.metadataJson()).isEqualTo("{\"Shop No\":\" {x} \",\"a\":{\"b\":\"1e5\"}}");
    assertThat(record.locationDetailsJson()).isEqualTo("{\"lat\":1.50}");
    assertThat(record.deviceDetailsJson()).isNull();
  }

  @Test
  void aMappingOfVersionTwoReadsABanksFile() {
    Mapping mapping =
        Mapping.parse(
            json(
                """
                {'version': 2, 'fields': {
                  'externalId': {'template': '{Day}-{Payer}-{#row}'},
                  'amount': {'column': 'Sum', 'decimal': ','},
                  'transactedAt': {'columns': ['Day', 'Hour'], 'join': ' ',
                                   'format': 'yyyy-MM-dd HH:mm', 'zone': 'America/Sao_Paulo'},
                  'type': {'column': 'Kind', 'values': {'Notes': 'WITHDRAWAL'}, 'default': 'PAYMENT'},
                  'originExternalId': {'column': 'Payer'},
                  'metadata.kind': {'column': 'Kind'},
                  'currency': {'constant': 'USD'}}}
                """),
            MappingTarget.TRANSACTION,
            Map.of());
    RowParser<TransactionRecord> parser =
        TransactionRows.parser(
            mapping.bind(List.of("Day", "Hour", "Payer", "Sum", "Kind")), ACCEPTED);

    TransactionRecord record =
        valid(
            parser.parse(
                RawRow.of(5, List.of("2025-02-03", "21:10", "K-17", "1.250,75", "Notes"))));

    assertThat(record.externalId()).isEqualTo("2025-02-03-K-17-5");
    assertThat(record.amount()).isEqualTo(new BigDecimal("1250.75"));
    assertThat(record.transactedAt()).isEqualTo(Instant.parse("2025-02-04T00:10:00Z"));
    assertThat(record.type()).isEqualTo("WITHDRAWAL");
    assertThat(record.origin().externalId()).isEqualTo("K-17");
    assertThat(record.metadataJson()).isEqualTo("{\"kind\":\"Notes\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "type,GIFT,one of PAYMENT",
    "amount,ten,a decimal number",
    "amount,-1,not negative",
    "amount,1e1000000000,a decimal number",
    "currency,US,3 or 4 letters",
    "currency,U$D,3 or 4 letters",
    "status,DONE,one of CREATED",
    "paymentMethod,BARTER,one of CARD",
    "transactedAt,31/12/2024,ISO 8601",
    "originEntityId,1-1-1-1-1,a UUID",
    "locationDetails,[1],a JSON object",
    "locationDetails,{broken,a JSON object",
  })
  void aRuleNamesColumnAndExpectationButNotTheValue(String field, String bad, String expected) {
    List<String> header =
        new ArrayList<>(List.of("externalId", "type", "amount", "currency", "extra"));
    List<String> cells = new ArrayList<>(List.of("T1", "FEE", "1", "USD", ""));
    int at = header.indexOf(field);
    header.set(at < 0 ? 4 : at, field);
    cells.set(at < 0 ? 4 : at, bad);

    Checked.Refused<TransactionRecord> refused =
        refused(platform(String.join(",", header), cells.toArray(String[]::new)));

    assertThat(refused.rowKey()).isEqualTo("T1");
    RowProblem problem = refused.problem();
    assertThat(problem.code()).isEqualTo(RowCode.VALIDATION_ERROR);
    assertThat(problem.column()).isEqualTo(field);
    assertThat(problem.value()).isEqualTo(bad);
    assertThat(problem.message()).contains("\"" + field + "\"", expected).endsWith(".");
    if (bad.length() > 2) {
      assertThat(problem.message()).doesNotContain(bad);
    }
  }

  @Test
  void everyProblemOfARowHasItsSentence() {
    RowProblem problem =
        refused(platform("type,amount,currency", " ", "secret", "secret")).problem();

    assertThat(problem.message())
        .isEqualTo(
            "Field externalId is absent: a value is required."
                + " Column \"type\" is blank: a value is required."
                + " Column \"amount\" is not valid: expected a decimal number such as 1234.56, not"
                + " negative, with at most 38 digits before and 18 after the decimal sign."
                + " Column \"currency\" is not valid: expected a currency code of 3 or 4 letters"
                + " such as USD.");
    assertThat(problem.column()).isEqualTo("externalId");
    assertThat(problem.value()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"externalId,256", "channel,50", "description,4000", "originName,512"})
  void textsHaveALongestLength(String field, int max) {
    String header = "externalId,type,amount,currency," + field;
    String fits = "x".repeat(max);
    if (field.equals("externalId")) {
      header = "externalId,type,amount,currency";
      valid(platform(header, fits, "FEE", "1", "USD"));
      assertThat(refused(platform(header, fits + "x", "FEE", "1", "USD")).problem().message())
          .contains("too long (257 characters): expected at most 256");
    } else {
      valid(platform(header, "T1", "FEE", "1", "USD", fits));
      assertThat(refused(platform(header, "T1", "FEE", "1", "USD", fits + "x")).problem().message())
          .contains("too long", "expected at most " + max);
    }
  }

  @Test
  void whatPostgresCannotStoreIsAProblemOfTheRowAndNeverReachesItsReport() {
    Checked.Refused<TransactionRecord> refused =
        refused(platform("externalId,type,amount,currency", "T\0\uD800", "FEE", "1", "USD"));

    assertThat(refused.rowKey()).isEqualTo("T\uFFFD\uFFFD");
    assertThat(refused.problem().value()).isEqualTo("T\uFFFD\uFFFD");
    for (String hidden :
        List.of(
            "{\"a\":\"x\\u0000\"}",
            "{\"\\u0000\":1}",
            "{\"a\":[{\"b\":\"\\udc00\"}]}",
            "{\"a\":1e100000}",
            "{\"a\":1e-100000}")) {
      assertThat(
              platform("externalId,type,amount,currency,metadata", "T", "FEE", "1", "USD", hidden))
          .as(hidden)
          .isInstanceOf(Checked.Refused.class);
    }
    assertThat(
            platform("externalId,type,amount,currency,metadata.x", "T", "FEE", "1", "USD", "a\0"))
        .isInstanceOf(Checked.Refused.class);
  }

  @Test
  void jsonKeepsItsTypes() {
    RowParser<TransactionRecord> parser =
        TransactionRows.parser(
            Mapping.platform(MappingTarget.TRANSACTION)
                .bind(
                    List.of("externalId", "type", "amount", "currency", "origin", "metadata"),
                    CellFormat.JSON),
            ACCEPTED);

    TransactionRecord record =
        valid(
            parser.parse(
                RawRow.of(
                    1,
                    List.of(
                        "T1",
                        "FEE",
                        "1.5E3",
                        "USD",
                        "{\"externalId\":\"C1\",\"details\":{\"n\":1}}",
                        "{\"n\":12345678901234567890.10,\"b\":true,\"z\":null}"))));

    assertThat(record.amount()).isEqualByComparingTo("1500");
    assertThat(record.origin().externalId()).isEqualTo("C1");
    assertThat(record.origin().detailsJson()).isEqualTo("{\"n\":1}");
    assertThat(record.metadataJson())
        .isEqualTo("{\"n\":12345678901234567890.10,\"b\":true,\"z\":null}");
  }

  @Test
  void aRowThatCouldNotBeReadIsMalformed() {
    RowParser<TransactionRecord> parser =
        TransactionRows.parser(
            Mapping.platform(MappingTarget.TRANSACTION).bind(List.of("a")), ACCEPTED);

    assertThat(parser.parse(new RawRow(9, List.of(), "It has 3 cells; the header has 1.")))
        .isEqualTo(
            new Checked.Refused<>(
                null,
                null,
                RowProblem.of(RowCode.MALFORMED_ROW, "It has 3 cells; the header has 1.")));
  }

  @Test
  void optionsReadBack() {
    TransactionOptions options = new TransactionOptions(false, true, false);

    assertThat(TransactionOptions.fromJson(options.toJson())).isEqualTo(options);
    assertThat(TransactionOptions.fromJson(json("{}"))).isEqualTo(TransactionOptions.DEFAULTS);
  }
}
