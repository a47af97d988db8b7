package io.rowledger.core.entity;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tax ids in their stored form: letters and digits without punctuation, upper case, with the
 * leading zeros that spreadsheets drop put back where the length tells (contract section 9).
 * Lengths and characters are checked, check digits are not.
 */
public final class TaxIds {

  /** Longest stored form, in UTF-16 units. */
  public static final int MAX_LENGTH = 32;

  private TaxIds() {}

  /**
   * One of the two is null.
   *
   * @param taxId the stored form
   * @param expected what the country expects instead, for a message; never the value
   */
  public record Result(@Nullable String taxId, @Nullable String expected) {
    static Result expected(String what) {
      return new Result(null, what);
    }
  }

  /**
   * Brings a tax id into its stored form.
   *
   * @param country ISO 3166-1 alpha-2, upper case
   * @param type {@code person} or {@code company}; null when not known, then both forms are taken
   */
  public static Result normalize(String country, String raw, @Nullable String type) {
    String bare = bare(raw);
    boolean person = !"company".equals(type);
    boolean company = !"person".equals(type);
    return switch (country) {
      case "BR" -> brazil(bare, person, company);
      case "AR" -> argentina(bare, person);
      case "MX" -> mexico(bare, person, company);
      case "CL" -> chile(bare);
      case "CO" ->
          digits(bare, 0, bare.length()) && between(bare, 6, 10)
              ? new Result(bare, null)
              : Result.expected("6 to 10 digits in CO");
      default ->
          between(bare, 1, MAX_LENGTH)
              ? new Result(bare, null)
              : Result.expected("1 to 32 letters or digits in " + country);
    };
  }

  /**
   * The form a reference is compared in: the stored form when the country is known and the id fits
   * it, else without punctuation; null when nothing is left.
   */
  public static @Nullable String comparable(@Nullable String country, String raw) {
    String stored = country == null ? null : normalize(country, raw, null).taxId();
    if (stored != null) {
      return stored;
    }
    String bare = bare(raw);
    return bare.isEmpty() ? null : bare;
  }

  private static Result brazil(String bare, boolean person, boolean company) {
    int length = bare.length();
    if (person && length >= 9 && length <= 11 && digits(bare, 0, length)) {
      return new Result("0".repeat(11 - length) + bare, null);
    }
    if (company && length == 13 && digits(bare, 0, 13)) {
      return new Result("0" + bare, null);
    }
    if (company && length == 14 && digitsOrLetters(bare, 0, 12) && digits(bare, 12, 14)) {
      return new Result(bare, null);
    }
    String cpf = "a CPF of 11 digits";
    String cnpj = "a CNPJ of 12 letters or digits and 2 digits";
    return Result.expected(
        (person && company ? cpf + " or " + cnpj : person ? cpf : cnpj) + " in BR");
  }

  private static Result argentina(String bare, boolean person) {
    boolean length = bare.length() == 11 || (person && bare.length() == 8);
    return length && digits(bare, 0, bare.length())
        ? new Result(bare, null)
        : Result.expected(
            person ? "a DNI of 8 or a CUIL/CUIT of 11 digits in AR" : "a CUIT of 11 digits in AR");
  }

  private static Result mexico(String bare, boolean person, boolean company) {
    boolean length = (person && bare.length() == 13) || (company && bare.length() == 12);
    for (int i = 0; length && i < bare.length(); i++) {
      char c = bare.charAt(i);
      // Both occur in the letters of real RFCs.
      length = digitsOrLetters(bare, i, i + 1) || c == '\u00d1' || c == '&';
    }
    String people = "an RFC of 13 letters and digits";
    String companies = "an RFC of 12 letters and digits";
    return length
        ? new Result(bare, null)
        : Result.expected(
            (person && company ? people + " (person) or 12 (company)" : person ? people : companies)
                + " in MX");
  }

  private static Result chile(String bare) {
    int body = bare.length() - 1;
    boolean valid =
        body >= 7
            && body <= 9
            && digits(bare, 0, body)
            && (digits(bare, body, body + 1) || bare.charAt(body) == 'K');
    return valid
        ? new Result(bare, null)
        : Result.expected("a RUT of 7 to 9 digits and a check digit (0 to 9 or K) in CL");
  }

  /** Upper case without white space, control characters and punctuation; {@code &} stays. */
  public static String bare(String raw) {
    int length = raw.length();
    int i = 0;
    while (i < length && isPlain(raw.charAt(i))) {
      i++;
    }
    if (i == length) {
      return raw;
    }
    StringBuilder bare = new StringBuilder(length);
    for (i = 0; i < length; i++) {
      char c = raw.charAt(i);
      if (!isPunctuation(c)) {
        bare.append(c);
      }
    }
    return bare.toString().toUpperCase(Locale.ROOT);
  }

  private static boolean isPlain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isPunctuation(char c) {
    if (c == '&') {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.CONTROL,
          Character.FORMAT ->
          true;
      default -> false;
    };
  }

  private static boolean between(String text, int min, int max) {
    return text.length() >= min && text.length() <= max;
  }

  private static boolean digits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean digitsOrLetters(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isPlain(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
