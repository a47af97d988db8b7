package io.rowledger.api.mail;

import java.util.regex.Pattern;

/**
 * The addresses that mail is sent to: the plain form that everybody uses. No quotes, comments,
 * lists, brackets or line ends, with which one address could become several, or a header.
 */
public final class MailAddress {

  private static final Pattern PLAIN =
      Pattern.compile(
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
              + "@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+");

  private static final int MOST_CHARACTERS = 254;
  private static final int MOST_BEFORE_AT = 64;

  private MailAddress() {}

  public static boolean isPlain(String text) {
    return text.length() <= MOST_CHARACTERS
        && text.indexOf('@') <= MOST_BEFORE_AT
        && PLAIN.matcher(text).matches();
  }
}
