package io.rowledger.api.intake;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.nio.charset.StandardCharsets;

/**
 * Counts the parts of a form, and the bytes of their headers, while it passes by. The framework's
 * parser keeps headers in memory without a bound: one header of a gigabyte would end the process.
 */
final class PartLimits {

  /** The states of that parser, so that what it takes for a header is one here. */
  private enum In {
    CONTENT,
    AFTER_BOUNDARY,
    AFTER_BOUNDARY_CR,
    AFTER_BOUNDARY_DASH,
    HEADERS,
    EPILOGUE
  }

  private final byte[] delimiter;
  private final int maxParts;
  private final int maxHeaderBytes;

  private In in = In.CONTENT;

  /** The first boundary may be the very beginning, without a line end before it. */
  private int matched = 2;

  private boolean lineEmpty;
  private int headerBytes;
  private int parts;

  PartLimits(String boundary, int maxParts, int maxHeaderBytes) {
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
    this.maxParts = maxParts;
    this.maxHeaderBytes = maxHeaderBytes;
  }

  /**
   * Looks at the next bytes of the body.
   *
   * @throws ProblemException VALIDATION_ERROR when there are too many
   */
  void look(byte[] buffer, int offset, int count) {
    int end = offset + count;
    for (int i = offset; i < end; i++) {
      if (in == In.CONTENT && matched == 0) {
        // Nearly every byte is passed here.
        while (i < end && buffer[i] != delimiter[0]) {
          i++;
        }
        if (i == end) {
          return;
        }
      }
      byte next = buffer[i];
      switch (in) {
        case CONTENT -> content(next);
        case AFTER_BOUNDARY -> in = afterBoundary(next);
        case AFTER_BOUNDARY_CR -> afterBoundaryAndCr(next);
        case AFTER_BOUNDARY_DASH -> in = next == '-' ? In.EPILOGUE : In.AFTER_BOUNDARY;
        case HEADERS -> header(next);
        case EPILOGUE -> {
          return;
        }
      }
    }
  }

  private void content(byte next) {
    if (next == delimiter[matched]) {
      matched++;
      if (matched == delimiter.length) {
        matched = 0;
        in = In.AFTER_BOUNDARY;
      }
    } else {
      // No boundary has a line end, so that a match can only begin anew at one.
      matched = next == delimiter[0] ? 1 : 0;
    }
  }

  private static In afterBoundary(byte next) {
    return switch (next) {
      case '\r' -> In.AFTER_BOUNDARY_CR;
      case '-' -> In.AFTER_BOUNDARY_DASH;
      default -> In.AFTER_BOUNDARY;
    };
  }

  private void afterBoundaryAndCr(byte next) {
    if (next != '\n') {
      // The parser sees a dash here as the first of two, but for the first boundary of all.
      in = next == '-' && parts > 0 ? In.AFTER_BOUNDARY_DASH : In.AFTER_BOUNDARY;
      return;
    }
    in = In.HEADERS;
    lineEmpty = true;
    headerBytes = 0;
    parts++;
    if (parts > maxParts) {
      throw refused("The form may have %d parts.".formatted(maxParts));
    }
  }

  private void header(byte next) {
    headerBytes++;
    if (headerBytes > maxHeaderBytes) {
      throw refused(
          "Part %d of the form has headers of more than %d bytes."
              .formatted(parts, maxHeaderBytes));
    }
    if (next == '\n') {
      if (lineEmpty) {
        in = In.CONTENT;
      }
      lineEmpty = true;
    } else if (next != '\r') {
      lineEmpty = false;
    }
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(Problem.VALIDATION_ERROR, detail);
  }
}
