package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;

/**
 * What unpacking the files of one request may still cost. One for a request: five small files must
 * not unpack to five times what one may. For one thread.
 */
public final class ReadBudget {

  private final FormatConfig config;
  private final long maxBytes;
  private long left;

  /**
   * Begins a request.
   *
   * @param maxBytes how many bytes the organisation may send in one request, and so unpack to
   */
  public ReadBudget(FormatConfig config, long maxBytes) {
    this.config = config;
    this.maxBytes = maxBytes;
    this.left = maxBytes;
  }

  FormatConfig config() {
    return config;
  }

  /**
   * Counts unpacked text, which the organisation might have sent as it is.
   *
   * @throws ProblemException FILE_TOO_LARGE
   */
  void unpacked(int bytes) {
    left -= bytes;
    if (left < 0) {
      throw new ProblemException(
          Problem.FILE_TOO_LARGE,
          ("Unpacked, the files have more than the %d bytes that this organisation may send in one"
                  + " request.")
              .formatted(maxBytes));
    }
  }

  /**
   * Looks at how much came of how little.
   *
   * @param inflated bytes of one file so far
   * @param packed bytes they were unpacked from
   * @throws ProblemException FILE_TOO_LARGE
   */
  void checkRatio(long inflated, long packed) {
    if (inflated > config.inflationRatioFrom() && inflated / config.maxInflationRatio() > packed) {
      throw new ProblemException(
          Problem.FILE_TOO_LARGE,
          ("The file unpacks to more than %d times its size. If it is what it should be, send it"
                  + " unpacked, as CSV or NDJSON.")
              .formatted(config.maxInflationRatio()));
    }
  }
}
