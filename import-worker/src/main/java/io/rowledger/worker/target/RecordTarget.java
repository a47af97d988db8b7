package io.rowledger.worker.target;

import io.rowledger.core.sql.Tx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of one kind of record. All methods work inside the caller's transaction. */
public interface RecordTarget<R> {

  /**
   * Refuses rows whose references cannot be resolved. Remembers what was resolved for {@link
   * #copy}. Reads only.
   *
   * @param rows good rows in file order
   */
  void checkReferences(Tx tx, Scope scope, List<Row<R>> rows);

  /**
   * Refuses rows that are there already, or twice among {@code rows}: the first one wins. Reads
   * only. What {@link Scope#takenBefore} has counts as an earlier row of the same upload.
   *
   * @param rows good rows in file order
   */
  void checkDuplicates(Tx tx, Scope scope, List<Row<R>> rows);

  /** Writes rows that passed both checks. */
  void copy(Tx tx, Scope scope, List<Row<R>> rows);

  /**
   * The business keys that a record takes when it is written, so that no later row of the upload
   * may have them. A dry run keeps them, as it leaves nothing in the table to look up.
   */
  List<String> keys(R record);

  /**
   * What the database lets one record have only, as far as it is the record's to say: two records
   * with one of these in common cannot be written beside each other.
   */
  default List<String> exclusiveKeys(R record) {
    return keys(record);
  }

  /**
   * What a record looks for and does not take: it cannot be written beside a record that has one of
   * these among its {@link #exclusiveKeys}.
   */
  default List<String> sharedKeys(R record) {
    return List.of();
  }

  /** What names a record in the failures list; null when it has no name. */
  @Nullable String rowKey(R record);

  /** The type of an entity; null for other records. */
  default @Nullable String entityType(R record) {
    return null;
  }

  /**
   * How many entities the rows written since the last {@link #checkReferences} created beside their
   * records.
   */
  default int entitiesCreated() {
    return 0;
  }
}
