package io.rowledger.benchmark;

import java.util.ArrayList;
import java.util.List;

/** The values of one figure over all rounds. */
final class Samples {

  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  double median() {
    return percentile(0.5);
  }

  /** The nearest value that is there. */
  double percentile(double fraction) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(fraction * sorted.size())));
  }

  double least() {
    return percentile(0);
  }

  double most() {
    return percentile(1);
  }
}
