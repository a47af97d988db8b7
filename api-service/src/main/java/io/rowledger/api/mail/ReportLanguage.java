package io.rowledger.api.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.MessageFormat;
import java.util.Arrays;
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

  private final Properties texts;
  private final DecimalFormatSymbols digits = DecimalFormatSymbols.getInstance(Locale.ROOT);

  private ReportLanguage(String code) {
    this.texts = read("mail/report_" + code + ".properties");
    this.digits.setGroupingSeparator(texts.getProperty("thousands").charAt(0));
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
    Object[] written = Arrays.stream(values).map(this::written).toArray();
    return new MessageFormat(pattern, Locale.ROOT).format(written);
  }

  /** Not by the JDK's own knowledge of languages: a native executable has English alone. */
  private Object written(Object value) {
    return value instanceof Number ? new DecimalFormat("#,##0", digits).format(value) : value;
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
