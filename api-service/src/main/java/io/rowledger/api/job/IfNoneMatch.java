package io.rowledger.api.job;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header {@code If-None-Match} (RFC 9110, section 13.1.2). What is no entity tag is ignored.
 */
final class IfNoneMatch {

  private static final Pattern TAG = Pattern.compile("(?:W/)?\"([^\"]*)\"");

  private IfNoneMatch() {}

  /**
   * Whether the client has this state already. Compares weakly: {@code W/} makes no difference.
   *
   * @param header the lines of the header, none when it was not sent
   * @param tag opaque part of the current entity tag
   */
  static boolean names(List<String> header, String tag) {
    return header.stream().anyMatch(line -> names(line, tag));
  }

  private static boolean names(String line, String tag) {
    if (line.strip().equals("*")) {
      return true;
    }
    Matcher tags = TAG.matcher(line);
    while (tags.find()) {
      if (tags.group(1).equals(tag)) {
        return true;
      }
    }
    return false;
  }
}
