package io.rowledger.core.mapping;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a mapping fills: {@code target} of contract section 7. */
public enum MappingTarget {
  TRANSACTION,
  ENTITY_PERSON,
  ENTITY_COMPANY,
  ENTITY_MIXED,
  USER_EVENT;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True when both describe records of one kind: the three targets of entities fit each other. */
  public boolean fillsSameRecordsAs(MappingTarget other) {
    return this == other || (isEntity() && other.isEntity());
  }

  public boolean isEntity() {
    return this == ENTITY_PERSON || this == ENTITY_COMPANY || this == ENTITY_MIXED;
  }

  public static Optional<MappingTarget> ofWireName(String wireName) {
    return Arrays.stream(values()).filter(t -> t.wireName().equals(wireName)).findFirst();
  }
}
