package io.rowledger.core.job;

import java.util.Arrays;

/** What a job imports. The wire names are fixed by contract section 4. */
public enum JobKind {
  ENTITY("entity_automatic", "entities:bulk_import"),
  TRANSACTION("transaction_batch", "transactions:create"),
  USER_EVENT("user_event_batch", "events:create");

  private final String wireName;
  private final String permission;

  JobKind(String wireName, String permission) {
    this.wireName = wireName;
    this.permission = permission;
  }

  public String wireName() {
    return wireName;
  }

  /** The permission that uploads and controls jobs of this kind. */
  public String permission() {
    return permission;
  }

  public static JobKind ofWireName(String wireName) {
    return Arrays.stream(values())
        .filter(kind -> kind.wireName.equals(wireName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no job kind " + wireName));
  }
}
