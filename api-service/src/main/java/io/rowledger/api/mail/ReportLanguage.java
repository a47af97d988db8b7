package io.rowledger.api.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/** The texts of the report in one of its languages: {@code mail/report_<code>.properties}. */
final class ReportLanguage {

  static final List<String> CODES = List.of("en", "es", "pt");

  private static final Map<String, ReportLanguage> ALL =
      CODES.stream().collect(Collectors.toUnmodifiableMap(code -> code, ReportLanguage::new));

  private final Locale locale;
  private final Properties texts;

  private ReportLanguage(String code) {
    this.locale = Locale.forLanguageTag(code);
    this.texts = read("mail/report_" + code + ".properties");
  }

  /** English for a code that is none of {@link #CODES}. */
  static ReportLanguage of(String code) {
    return ALL.getOrDefault(code, ALL.get("en"));
  }

  /** A text, its numbers written as the language writes them. */
  String text(String key, Object... values) {
    String pattern = texts.getProperty(key);
    if (pattern == null) {
      throw new IllegalArgumentException("no text has the key " + key);
    }
    return new MessageFormat(pattern, locale).format(values);
  }

  Set<String> keys() {
    return texts.stringPropertyNames();
  }

  private static Properties read(String resource) {
    URL url = ReportLanguage.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new IllegalStateException(resource + " is missing");
    }
    Properties properties = new Properties();
    // Not a ResourceBundle: it would fall back to the language of the machine.
    try (Reader reader = new InputStreamReader(url.openStream(), UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
