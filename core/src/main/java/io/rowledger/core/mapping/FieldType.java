package io.rowledger.core.mapping;

/** What a field holds; decides how a cell is read and how documents describe it. */
public enum FieldType {
  TEXT,
  /** One of {@link Field#values()}, in any case. */
  CHOICE,
  /** Exact decimal, at most 38 digits before and 18 after the decimal sign, never negative. */
  DECIMAL,
  /** Whole number, 0 to 2 147 483 647. */
  INTEGER,
  /** {@code true}, {@code false}, {@code yes}, {@code no}, {@code 1} or {@code 0}, in any case. */
  BOOLEAN,
  /** A moment; ISO 8601 unless the mapping gives a format. Years 1 to 9999, microseconds. */
  INSTANT,
  /** A calendar day; ISO 8601 unless the mapping gives a format. Years 1 to 9999. */
  DATE,
  UUID,
  /** ISO 3166-1 alpha-2, in any case. */
  COUNTRY,
  /** 3 or 4 letters, in any case. */
  CURRENCY,
  EMAIL,
  /** Free-form JSON object; {@code field.key} fills one key. */
  OBJECT
}
