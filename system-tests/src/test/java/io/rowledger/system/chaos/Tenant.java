package io.rowledger.system.chaos;

import java.util.UUID;

/** An organisation of the load, with the key that may do everything in it. */
record Tenant(UUID id, String key) {
  static final int KNOWN_ENTITIES = 20;

  /** The external id of one of the entities that every organisation of the load begins with. */
  static String knownEntity(int number) {
    return "known-" + Math.floorMod(number, KNOWN_ENTITIES);
  }

  static String knownEntities() {
    StringBuilder csv = new StringBuilder("tax_id,type,suggested_name,country_code,external_id\n");
    for (int number = 0; number < KNOWN_ENTITIES; number++) {
      csv.append("K%d,company,Company %d,DE,%s\n".formatted(number, number, knownEntity(number)));
    }
    return csv.toString();
  }
}
