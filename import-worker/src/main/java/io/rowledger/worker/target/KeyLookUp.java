package io.rowledger.worker.target;

import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import java.util.List;

/**
 * Finds an organisation's rows by one of their keys, through the index of that key.
 *
 * <p>PostgreSQL has no statistics of a table that is just being filled, and keeps the plan that it
 * made while there was nothing in it: to read all rows of the organisation, once for each group. An
 * import of a million rows into an empty table took seven times as long. So it is asked for the
 * order of the key, which only that index gives without sorting, in a transaction that begins with
 * {@link #BY_INDEX}.
 */
public final class KeyLookUp {

  /** For the rest of a transaction everything but an index in its order is a last resort. */
  public static final String BY_INDEX =
      "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off";

  private KeyLookUp() {}

  /**
   * The rows that have one of the keys.
   *
   * @param table has an index that begins with {@code organization_id} and {@code key}
   * @param columns what is read
   * @param keys an array of the type of {@code key}
   */
  public static <T> List<T> find(
      Tx tx,
      String table,
      String key,
      String columns,
      Tx.RowReader<T> reader,
      OrgId organization,
      Object keys) {
    return tx.query(sql(table, key, columns), reader, organization.value(), keys);
  }

  /** What {@link #find} asks, for a statement that asks more. Parameters: organisation, keys. */
  public static String sql(String table, String key, String columns) {
    return """
        (SELECT %3$s FROM %1$s
          WHERE organization_id = ? AND %2$s = ANY (?) AND %2$s IS NOT NULL ORDER BY %2$s)
        """
        .formatted(table, key, columns);
  }
}
