package io.rowledger.api.idempotency;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.core.tenant.OrgId;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A caller's name for one request, valid within its organisation and operation.
 *
 * @param operation what is asked for; routes that are the same share it
 * @param value 1 to 256 characters of printable ASCII, without the quotes it may have come in
 */
public record IdempotencyKey(OrgId organization, String operation, String value) {

  /** The request header. */
  public static final String HEADER = "Idempotency-Key";

  private static final int MAX_LENGTH = 256;

  /**
   * The key of a request; null when it has none.
   *
   * @throws ProblemException VALIDATION_ERROR for a header that cannot be a key
   */
  public static @Nullable IdempotencyKey of(
      OrgId organization, String operation, HttpHeaders headers) {
    List<String> lines = headers.getRequestHeader(HEADER);
    if (lines == null || lines.isEmpty()) {
      return null;
    }
    if (lines.size() > 1) {
      throw invalid("was sent " + lines.size() + " times; send it once");
    }
    return new IdempotencyKey(organization, operation, value(lines.get(0).strip()));
  }

  /** A string of RFC 8941, or the same without its quotes. */
  static String value(String header) {
    String value = header.startsWith("\"") ? unquoted(header) : header;
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw invalid("must have 1 to %d characters".formatted(MAX_LENGTH));
    }
    if (!value.chars().allMatch(c -> c >= 0x20 && c <= 0x7E)) {
      throw invalid("may hold printable ASCII characters only");
    }
    return value;
  }

  private static String unquoted(String header) {
    StringBuilder value = new StringBuilder(header.length());
    for (int i = 1; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"') {
        if (i < header.length() - 1) {
          throw invalid("has something behind its closing quote");
        }
        return value.toString();
      }
      if (c == '\\') {
        i++;
        if (i == header.length() || (header.charAt(i) != '"' && header.charAt(i) != '\\')) {
          throw invalid("has a backslash that is followed by neither a quote nor a backslash");
        }
      }
      value.append(header.charAt(i));
    }
    throw invalid("opens a quote and never closes it");
  }

  private static ProblemException invalid(String what) {
    return new ProblemException(
        Problem.VALIDATION_ERROR,
        "The header " + HEADER + " " + what + ".",
        List.of(new Detail(HEADER, what + ".")));
  }
}
