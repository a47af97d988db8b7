package io.rowledger.core.mapping;

import static io.rowledger.core.mapping.MappingJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.mapping.SuggestedColumn.Reason;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MappingSuggesterTest {

  private static final List<String> HEADERS =
      List.of(
          "Data",
          "Hora",
          "Time",
          "Valor",
          "id",
          "ID",
          "Moeda",
          "type",
          "_row",
          "metadata",
          "metadata.x",
          "entityData.person.income",
          "País",
          "Nome",
          "CPF",
          "a~b/c",
          "{x}",
          "");

  private static final List<String> CELLS =
      List.of(
          "",
          " ",
          "1,5",
          "1.234,56",
          "USD",
          "BR",
          "PAYMENT",
          "31/12/2025",
          "2025-12-31",
          "10:00",
          "10:00:00",
          "a@b",
          "52998224725",
          "{}",
          "true",
          "\0",
          "\uD800",
          "x".repeat(300));

  /** The first line is the header; cells are separated by semicolons. */
  private static MappingSuggestion suggest(MappingTarget target, String file) {
    List<String> lines = file.lines().toList();
    List<RawRow> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      rows.add(RawRow.of(i + 1, Arrays.asList(lines.get(i).split(";", -1))));
    }
    return MappingSuggester.suggest(
        target, List.of(lines.get(0).split(";", -1)), rows, CellFormat.TEXT, true);
  }

  private static MappingSuggestion transactions(String file) {
    return suggest(MappingTarget.TRANSACTION, file);
  }

  private static SuggestedColumn column(MappingSuggestion suggestion, String name) {
    return suggestion.columns().stream()
        .filter(column -> column.column().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aBankStatementInPortugueseIsUnderstood() {
    MappingSuggestion suggestion =
        transactions(
            """
            Data;Hora;Referência;Tipo;Valor;Moeda;Pagador;Favorecido;Histórico
            31/12/2025;09:15;A-1;PAYMENT;1.234,56;BRL;C-1;C-2;Aluguel
            01/02/2026;18:00;A-2;REFUND;7,00;BRL;C-1;C-3;
            """);

    assertThat(suggestion.columnMapping())
        .isEqualTo(
            json(
                """
                {'version': 2, 'unknownColumns': 'warn', 'fields': {
                  'transactedAt': {'columns': ['Data', 'Hora'], 'join': ' ',
                                   'format': 'dd/MM/yyyy HH:mm'},
                  'externalId': {'column': 'Referência'},
                  'type': {'column': 'Tipo'},
                  'amount': {'column': 'Valor', 'decimal': ','},
                  'currency': {'column': 'Moeda'},
                  'originExternalId': {'column': 'Pagador'},
                  'destinationExternalId': {'column': 'Favorecido'},
                  'description': {'column': 'Histórico'}}}
                """));
    assertThat(suggestion.missingRequired()).isEmpty();
    assertThat(suggestion.warnings())
        .containsExactly(
            "Column \"Data\" says no time zone; without a zone in the rule it is read as UTC.");
  }

  @Test
  void anEnglishLedgerIsUnderstood() {
    MappingSuggestion suggestion =
        transactions(
            """
            Time;Date;Sender_account;Receiver_account;Amount;Payment_currency;Payment_type
            10:35:19;2022-10-07;8724731955;2769355426;1459.15;UKP;Cash Deposit
            """);

    assertThat(suggestion.columnMapping().get("fields"))
        .isEqualTo(
            json(
                """
                {'transactedAt': {'columns': ['Date', 'Time'], 'join': ' '},
                 'originExternalId': {'column': 'Sender_account'},
                 'destinationExternalId': {'column': 'Receiver_account'},
                 'amount': {'column': 'Amount'},
                 'currency': {'column': 'Payment_currency'},
                 'type': {'column': 'Payment_type'}}
                """));
    assertThat(suggestion.missingRequired()).containsExactly("externalId");
    assertThat(suggestion.warnings())
        .contains(
            "Column \"Payment_type\" has values that type does not know; list them under values, or"
                + " give a default.");
  }

  @Test
  void entitiesInSpanishAreUnderstood() {
    MappingSuggestion suggestion =
        suggest(
            MappingTarget.ENTITY_MIXED,
            """
            RUT;Razón Social;País;Tipo;Correo electrónico;Fecha de nacimiento
            76.123.456-K;Viña Andina SpA;CL;company;a@vina.cl;
            12.345.678-5;Ana Rojas;CL;person;ana@correo.cl;17-05-1980
            """);

    assertThat(suggestion.columnMapping().get("fields"))
        .isEqualTo(
            json(
                """
                {'taxId': {'column': 'RUT'}, 'name': {'column': 'Razón Social'},
                 'countryCode': {'column': 'País'}, 'type': {'column': 'Tipo'},
                 'email': {'column': 'Correo electrónico'},
                 'entityData.person.dateOfBirth':
                   {'column': 'Fecha de nacimiento', 'format': 'dd-MM-yyyy'}}
                """));
    assertThat(suggestion.missingRequired()).isEmpty();
  }

  @Test
  void aMappingForPersonsNeedsNoType() {
    MappingSuggestion suggestion =
        suggest(MappingTarget.ENTITY_PERSON, "CPF;Nome;Tipo\n529.982.247-25;Ana;PF\n");

    assertThat(column(suggestion, "Tipo").field()).isNull();
    assertThat(suggestion.missingRequired()).containsExactly("countryCode");
  }

  @ParameterizedTest
  @CsvSource({
    "externalId,EXACT,externalId,1.0",
    "External ID,EXACT,externalId,1.0",
    "external_id,EXACT,externalId,1.0",
    "metadata.shop,EXACT,metadata.shop,1.0",
    "número de referencia,ALIAS,externalId,0.9",
    "Numero_De_Referencia,ALIAS,externalId,0.9",
    "NumeroDeReferencia,ALIAS,externalId,0.9",
    "descripton,SIMILAR,description,0.73",
    "canal da venda principal,SIMILAR,channel,0.52",
  })
  void theReasonSaysHowAColumnWasRecognised(
      String header, Reason reason, String field, double confidence) {
    SuggestedColumn found = column(transactions(header + "\nx\n"), header);

    assertThat(found).isEqualTo(new SuggestedColumn(header, field, confidence, reason));
  }

  @ParameterizedTest
  @CsvSource({
    "10.50,amount",
    "'1.234,56',amount",
    "USD,currency",
    "2026-01-31T10:00:00Z,transactedAt",
    "31/01/2026 10:00,transactedAt",
    "CHARGEBACK,type",
    "hello,",
    "42,",
    "XYZ,",
  })
  void cellsTellWhatANameDoesNot(String cell, String field) {
    SuggestedColumn found = column(transactions("xq\n" + cell + "\n"), "xq");

    assertThat(found.field()).isEqualTo(field);
    assertThat(found.reason()).isEqualTo(field == null ? null : Reason.CONTENT);
    assertThat(found.confidence()).isEqualTo(field == null ? 0 : 0.4);
  }

  @ParameterizedTest
  @CsvSource({
    "'1,5',','",
    "'1.234,5',','",
    "'1,234.5',.",
    "'1,234',','",
    "1.5,",
    "15,",
  })
  void theDecimalSignIsFoundOut(String cell, String sign) {
    assertThat(
            transactions("amount\n" + cell + "\n")
                .columnMapping()
                .at("/fields/amount/decimal")
                .textValue())
        .isEqualTo(sign);
  }

  @ParameterizedTest
  @CsvSource({
    "31/12/2025,dd/MM/yyyy",
    "12/31/2025,MM/dd/yyyy",
    "1/2/2025,d/M/yyyy",
    "2025/12/31,yyyy/MM/dd",
    "20251231,yyyyMMdd",
    "31.12.2025 23:59:59,dd.MM.yyyy HH:mm:ss",
    "31-Dec-2025,dd-MMM-yyyy",
    "2025-12-31,",
    "2025-12-31 23:59,",
  })
  void theFormatOfDatesIsFoundOut(String cell, String format) {
    assertThat(
            transactions("transactedAt\n" + cell + "\n")
                .columnMapping()
                .at("/fields/transactedAt/format")
                .textValue())
        .isEqualTo(format);
  }

  @ParameterizedTest
  @CsvSource({
    "amount,'1,234',the decimal sign; check it",
    "transactedAt,01/02/2025,the day is taken to come before the month",
    "transactedAt,2025-12-31 10:00,says no time zone",
    "transactedAt,soon,does not look like dates",
    "amount,much,does not look like decimal numbers",
  })
  void whatWasAssumedIsSaid(String field, String cell, String warning) {
    assertThat(transactions(field + "\n" + cell + "\n").warnings())
        .anyMatch(said -> said.contains(warning));
  }

  @Test
  void anOptionalColumnOfOtherValuesIsLeftOut() {
    SuggestedColumn found = column(transactions("Situação\nAtivo\n"), "Situação");

    assertThat(found).isEqualTo(SuggestedColumn.none("Situação"));
  }

  @Test
  void whatAFileOfFailuresAddsIsNoData() {
    MappingSuggestion suggestion = transactions("_row;_message;_code\n5;no;USD\n");

    assertThat(suggestion.columns()).allMatch(column -> column.field() == null);
  }

  @ParameterizedTest
  @EnumSource(MappingTarget.class)
  void everyAliasBelongsToOneFieldThatExists(MappingTarget target) {
    Map<String, String> fieldOf = new HashMap<>();
    FieldAliases.of(target)
        .forEach(
            (field, names) -> {
              assertThat(FieldCatalog.of(target).resolve(field)).as(field).isNotNull();
              for (String name : names) {
                String words = String.join("", FieldAliases.words(name));
                assertThat(words).as(field + ": " + name).isNotEmpty();
                String other = fieldOf.put(words, field);
                assertThat(other).as(field + ": " + name).isIn(null, field);
              }
            });
    assertThat(fieldOf).isNotEmpty();
  }

  @Test
  void whateverTheFileTheMappingCanBeUsedAndIsTheSameEachTime() {
    Random random = new Random(11);
    for (int n = 0; n < 1000; n++) {
      int width = 1 + random.nextInt(7);
      List<String> columns = some(random, width, HEADERS).stream().map(String::strip).toList();
      List<RawRow> rows = new ArrayList<>();
      for (int i = 0; i < random.nextInt(4); i++) {
        rows.add(RawRow.of(i + 2, some(random, width, CELLS)));
      }
      for (MappingTarget target : List.of(MappingTarget.TRANSACTION, MappingTarget.ENTITY_MIXED)) {
        MappingSuggestion suggestion =
            MappingSuggester.suggest(target, columns, rows, CellFormat.TEXT, false);

        Mapping mapping = Mapping.parse(suggestion.columnMapping(), target, Map.of());
        assertThat(mapping.bind(columns).missingColumns().stream().map(MissingColumn::field))
            .as(columns.toString())
            .isSubsetOf(suggestion.missingRequired());
        assertThat(suggestion.columns()).hasSameSizeAs(columns);
        assertThat(MappingSuggester.suggest(target, columns, rows, CellFormat.TEXT, false))
            .isEqualTo(suggestion);
      }
    }
  }

  private static List<String> some(Random random, int count, List<String> known) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(9);
      String junk =
          random
              .ints(length, 0, 0x250)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      texts.add(random.nextInt(4) == 0 ? junk : known.get(random.nextInt(known.size())));
    }
    return texts;
  }
}
