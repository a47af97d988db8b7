package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.core.mapping.DecimalSyntax;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the control totals of a form (contract section 3). */
final class ControlTotalFields {

  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  private ControlTotalFields() {}

  static ControlTotals read(FormFields fields) {
    Integer rows = fields.number("expectedRows", 0, Integer.MAX_VALUE);
    List<String> sha256 = sha256(fields);
    BigDecimal sum = sum(fields);
    String column = fields.text("sumColumn");
    if (fields.given("expectedSum") != (column != null)) {
      String absent = column == null ? "sumColumn" : "expectedSum";
      fields.wrong(
          absent, "expectedSum and sumColumn need each other; %s is absent.".formatted(absent));
      return ControlTotals.NONE;
    }
    return new ControlTotals(rows, sha256, sum, column);
  }

  /** One digest, several separated by commas, or a JSON array of them. */
  private static List<String> sha256(FormFields fields) {
    String name = "expectedSha256";
    String text = fields.raw(name);
    if (text == null || text.isBlank()) {
      return List.of();
    }
    List<String> digests = new ArrayList<>();
    if (text.strip().startsWith("[")) {
      JsonNode list = fields.json(name);
      if (list == null) {
        return List.of();
      }
      list.forEach(digest -> digests.add(digest.asText()));
    } else {
      digests.addAll(List.of(text.split(",", -1)));
    }
    digests.replaceAll(digest -> digest.strip().toLowerCase(Locale.ROOT));
    if (digests.isEmpty() || !digests.stream().allMatch(d -> SHA256.matcher(d).matches())) {
      fields.wrong(
          name,
          name
              + " must be 64 hexadecimal digits; for several files one each in their order,"
              + " separated by commas or as a JSON array.");
      return List.of();
    }
    return digests;
  }

  private static @Nullable BigDecimal sum(FormFields fields) {
    String name = "expectedSum";
    String text = fields.value(name);
    if (text == null) {
      return null;
    }
    BigDecimal sum = DecimalSyntax.PLAIN.parse(text);
    if (sum == null) {
      fields.wrong(
          name,
          name
              + " must be a decimal number such as 1234.56, with at most 38 digits before and 18"
              + " after the point.");
    }
    return sum;
  }
}
