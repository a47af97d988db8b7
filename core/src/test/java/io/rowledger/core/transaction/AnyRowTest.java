package io.rowledger.core.transaction;

import static io.rowledger.core.mapping.MappingJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.EntityRows;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.mapping.Field;
import io.rowledger.core.mapping.FieldCatalog;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.row.StorableText;
import io.rowledger.core.userevent.EventTypes;
import io.rowledger.core.userevent.UserEventRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever a row holds, a parser answers, and its answer can be stored. */
class AnyRowTest {

  private static final List<String> NASTY =
      List.of(
          "",
          " ",
          "\0",
          "\uD800",
          "{",
          "{}",
          "[]",
          "{\"a\":{\"b\":null}}",
          "{\"\\u0000\":1}",
          "[".repeat(5000),
          "{\"a\":".repeat(200),
          "1e999999999",
          "9".repeat(500),
          "-0",
          "NaN",
          "2024-02-30",
          "99999-01-01",
          "2024-05-17T09:26:00Z",
          "\u00A0",
          "\uFEFF",
          "İı",
          "true",
          "person",
          "BR",
          "PAYMENT",
          "USD",
          "10.5",
          "12345678909",
          "x".repeat(300),
          "a@b",
          "{\"person\":{\"income\":[1]}}",
          "{\"person\":7}",
          "{\"person\":{\"dateOfBirth\":\"x\"}}");

  private static List<String> columns(FieldCatalog catalog) {
    return Stream.concat(catalog.fields().stream(), catalog.members().stream())
        .map(Field::name)
        .toList();
  }

  private static List<String> cells(Random random, int columns) {
    List<String> cells = new ArrayList<>();
    for (int i = random.nextInt(columns + 1); i >= 0; i--) {
      cells.add(random.nextInt(4) == 0 ? null : NASTY.get(random.nextInt(NASTY.size())));
    }
    return cells;
  }

  private static <R> int answered(RowParser<R> parser, int columns, long seed) {
    Random random = new Random(seed);
    int refusals = 0;
    for (int i = 0; i < 5_000; i++) {
      Checked<R> answer = parser.parse(RawRow.of(i, cells(random, columns)));
      if (answer instanceof Checked.Refused<R> refused) {
        refusals++;
        assertStorable(refused.rowKey());
        assertStorable(refused.problem().message());
        assertStorable(refused.problem().column());
        assertStorable(refused.problem().value());
      } else {
        assertStorable(answer.toString());
      }
    }
    return refusals;
  }

  private static void assertStorable(String text) {
    assertThat(text == null || StorableText.isStorable(text)).isTrue();
  }

  @Test
  void transactions() {
    List<String> columns = columns(FieldCatalog.TRANSACTION);
    for (CellFormat format : CellFormat.values()) {
      RowParser<TransactionRecord> parser =
          TransactionRows.parser(
              Mapping.platform(MappingTarget.TRANSACTION).bind(columns, format), Instant.EPOCH);
      assertThat(answered(parser, columns.size(), 1)).isPositive();
    }
  }

  @Test
  void transactionsThroughAMapping() {
    List<String> columns = List.of("A", "B", "C", "D", "E");
    Mapping mapping =
        Mapping.parse(
            json(
                """
                {'version': 2, 'fields': {
                  'externalId': {'template': 'T-{#row}-{A}'}, 'type': {'constant': 'FEE'},
                  'amount': {'column': 'B', 'decimal': ',', 'default': '0'},
                  'transactedAt': {'columns': ['C', 'D'], 'format': 'dd MMM yyyy'},
                  'metadata': {'column': 'E'}, 'metadata.a.b': {'column': 'A.x'},
                  'metadata.a.b.c': {'column': 'D'}}}
                """),
            MappingTarget.TRANSACTION,
            Map.of("currency", "USD"));
    for (CellFormat format : CellFormat.values()) {
      assertThat(
              answered(TransactionRows.parser(mapping.bind(columns, format), Instant.EPOCH), 5, 2))
          .isBetween(1, 4_999);
    }
  }

  @Test
  void entities() {
    List<String> columns = columns(FieldCatalog.ENTITY);
    EntityOptions options = EntityOptions.of(ImportMode.AUTOMATIC);
    for (CellFormat format : CellFormat.values()) {
      for (MappingTarget target :
          List.of(MappingTarget.ENTITY_MIXED, MappingTarget.ENTITY_COMPANY)) {
        assertThat(
                answered(
                    EntityRows.parser(Mapping.platform(target).bind(columns, format), options),
                    columns.size(),
                    3))
            .isPositive();
      }
    }
  }

  @Test
  void userEvents() {
    List<String> columns = columns(FieldCatalog.USER_EVENT);
    for (CellFormat format : CellFormat.values()) {
      assertThat(
              answered(
                  UserEventRows.parser(
                      Mapping.platform(MappingTarget.USER_EVENT).bind(columns, format),
                      EventTypes.OPEN,
                      Instant.EPOCH),
                  columns.size(),
                  4))
          .isPositive();
    }
  }
}
