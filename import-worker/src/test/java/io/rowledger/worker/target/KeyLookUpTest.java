package io.rowledger.worker.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.sql.Database;
import io.rowledger.worker.testing.WorkerDatabase;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plan of a look-up while PostgreSQL believes that the table is empty, and when it knows. */
class KeyLookUpTest {

  private final Database database = WorkerDatabase.database();

  @ParameterizedTest
  @CsvSource({
    "transactions, external_id, uq_transactions_external_id",
    "entities,     external_id, uq_entities_external_id",
    "entities,     tax_id,      uq_entities_tax_id",
    "entities,     id,          pk_entities",
    "user_events,  event_id,    uq_user_events_event_id",
  })
  void theIndexOfTheKeyIsUsedWhateverTheStatisticsSay(String table, String key, String index) {
    for (String statistics :
        List.of(
            "reltuples = -1, relpages = 0",
            "reltuples = 0, relpages = 700",
            "reltuples = 500, relpages = 1",
            "reltuples = 1000000, relpages = 30000")) {
      assertThat(plan(table, key, statistics))
          .as(statistics)
          .contains("using " + index)
          .contains("(organization_id = $1) AND (" + key + " = ANY ($2))")
          .doesNotContain("Filter", "Sort", "Bitmap", "Seq Scan");
    }
  }

  private String plan(String table, String key, String statistics) {
    String[] plan = new String[1];
    String query =
        KeyLookUp.sql(table, key, "*").replaceFirst("\\?", "\\$1").replaceFirst("\\?", "\\$2");
    String type = key.equals("id") ? "uuid" : "text";
    database.run(
        tx ->
            tx.keepIf(
                () -> {
                  tx.execute(KeyLookUp.BY_INDEX);
                  tx.execute("SET LOCAL plan_cache_mode = force_generic_plan");
                  tx.update(
                      "UPDATE pg_class SET " + statistics + " WHERE oid = ?::regclass", table);
                  tx.execute("PREPARE look_up (uuid, " + type + "[]) AS " + query);
                  plan[0] =
                      String.join(
                          "\n",
                          tx.query(
                              "EXPLAIN EXECUTE look_up (NULL, NULL)", row -> row.getString(1)));
                  return false;
                }));
    return plan[0];
  }
}
