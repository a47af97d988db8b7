package io.rowledger.benchmark;

import java.util.Arrays;

/** The values of one figure. Not thread-safe. */
final class Samples {

  private double[] values = new double[16];
  private int count;

  void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, count * 2);
    }
    values[count++] = value;
  }

  void addAll(Samples others) {
    for (int i = 0; i < others.count; i++) {
      add(others.values[i]);
    }
  }

  int count() {
    return count;
  }

  double median() {
    double[] sorted = sorted();
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  }

  /** The smallest value that at least this share of all values does not exceed. */
  double percentile(double share) {
    return sorted()[Math.max(0, (int) Math.ceil(share * count) - 1)];
  }

  double least() {
    return sorted()[0];
  }

  double most() {
    return sorted()[count - 1];
  }

  private double[] sorted() {
    if (count == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted;
  }
}
