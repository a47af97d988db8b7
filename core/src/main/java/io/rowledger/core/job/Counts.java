package io.rowledger.core.job;

/** How many rows of some work ended how. */
public record Counts(int succeeded, int failed, int skipped) {

  public static final Counts ZERO = new Counts(0, 0, 0);

  public Counts plus(Counts more) {
    return new Counts(succeeded + more.succeeded, failed + more.failed, skipped + more.skipped);
  }
}
