package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Row.Fate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An upload, before it is sent. Its rows are computed whenever they are asked for: a long run sends
 * more of them than should be kept.
 *
 * @param label unlike any other upload's: by it the job is found whose answer was lost
 * @param prefix of the keys of its rows
 * @param shared another upload has the same rows
 * @param fileRows rows of each file
 * @param invalidEvery every so many rows one is invalid; 0 for none, and so on
 * @param idempotencyKey null for an upload that is not sent again
 * @param after the job it is to run after
 */
record Plan(
    String label,
    Tenant tenant,
    Kind kind,
    Mode mode,
    Format format,
    boolean dryRun,
    String prefix,
    boolean shared,
    List<Integer> fileRows,
    int invalidEvery,
    int brokenEvery,
    int repeatEvery,
    @Nullable String idempotencyKey,
    @Nullable UUID after) {

  private static final int AUTO_EVERY = 40;

  Plan {
    fileRows = List.copyOf(fileRows);
  }

  int total() {
    return fileRows.stream().mapToInt(Integer::intValue).sum();
  }

  /** All rows in the order of the files. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>(total());
    int index = 0;
    for (int file = 1; file <= fileRows.size(); file++) {
      for (int place = 1; place <= fileRows.get(file - 1); place++) {
        index++;
        Fate fate = fate(index);
        int key = fate == Fate.REPEATED ? index - 1 : index;
        rows.add(new Row(file, format.rowNumber(place), key(key), fate));
      }
    }
    return rows;
  }

  /** The cells of the row with this index, from 1, over all files. */
  Map<String, String> cells(int index) {
    Fate fate = fate(index);
    int key = fate == Fate.REPEATED ? index - 1 : index;
    Map<String, String> cells = new LinkedHashMap<>();
    switch (kind) {
      case TRANSACTIONS -> {
        cells.put("externalId", key(key));
        cells.put("type", "PAYMENT");
        cells.put("amount", fate == Fate.INVALID ? "ten" : "10.25");
        cells.put("currency", "EUR");
        cells.put("originExternalId", reference(index, fate));
        cells.put("description", "Invoice " + index);
      }
      case ENTITIES -> {
        boolean body = format == Format.JSON_BODY;
        cells.put(body ? "taxId" : "tax_id", "T" + key(key));
        cells.put("type", fate == Fate.INVALID ? "planet" : "person");
        cells.put(body ? "name" : "suggested_name", "Person " + index);
        cells.put(body ? "countryCode" : "country_code", "DE");
        cells.put(body ? "externalId" : "external_id", key(key));
      }
      case USER_EVENTS -> {
        boolean brings = fate != Fate.BROKEN_REFERENCE && index % AUTO_EVERY == 0;
        cells.put("event_id", key(key));
        cells.put("event_type", fate == Fate.INVALID ? "log in" : "LOGIN");
        cells.put("entity_external_id", brings ? "" : reference(index, fate));
        cells.put("tax_id", brings ? "U" + prefix + index : "");
        cells.put("tax_id_country", brings ? "DE" : "");
      }
    }
    return cells;
  }

  private Fate fate(int index) {
    if (is(invalidEvery, index)) {
      return Fate.INVALID;
    }
    if (is(brokenEvery, index)) {
      return Fate.BROKEN_REFERENCE;
    }
    Fate good = shared ? Fate.SHARED : Fate.GOOD;
    return index > 1 && is(repeatEvery, index) && fate(index - 1) == good ? Fate.REPEATED : good;
  }

  private static boolean is(int every, int index) {
    return every > 0 && index % every == 0;
  }

  private String key(int index) {
    return prefix + "x" + index;
  }

  private String reference(int index, Fate fate) {
    if (fate == Fate.BROKEN_REFERENCE) {
      return "nobody-" + index;
    }
    boolean optional = kind == Kind.TRANSACTIONS && index % 3 > 0;
    return optional ? "" : Tenant.knownEntity(index);
  }
}
