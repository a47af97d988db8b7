package io.rowledger.system;

import java.util.Locale;

/** Transactions made up for a test, with the platform's own column names. */
final class Generated {
  static final String HEADER = "externalId,type,amount,currency,transactedAt,description\n";

  private Generated() {}

  /** Good rows with the external ids {@code <prefix>-1} to {@code <prefix>-<rows>}. */
  static String transactions(String prefix, int rows) {
    return transactions(prefix, rows, Integer.MAX_VALUE);
  }

  /**
   * Rows of which every {@code badEvery}-th has an amount that is none.
   *
   * @param badEvery 1 or more; row number {@code badEvery} is the first bad one
   */
  static String transactions(String prefix, int rows, int badEvery) {
    StringBuilder csv = new StringBuilder(rows * 80).append(HEADER);
    for (int row = 1; row <= rows; row++) {
      csv.append(row(prefix, row, row % badEvery == 0 ? "ten" : "10.25"));
    }
    return csv.toString();
  }

  /** One row. */
  static String row(String prefix, int number, String amount) {
    return String.format(
        Locale.ROOT,
        "%s-%d,PAYMENT,%s,EUR,2026-01-31T10:15:30Z,Invoice %d\n",
        prefix,
        number,
        amount,
        number);
  }
}
