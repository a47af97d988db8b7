package io.rowledger.core.mapping;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/** What the columns of fields are called in the wild; from {@code aliases.properties}. */
final class FieldAliases {

  private static final Properties FILE = read();

  private FieldAliases() {}

  /**
   * Field path to its aliases, in an order that is always the same; empty for a kind without any.
   */
  static Map<String, List<String>> of(MappingTarget target) {
    String prefix = (target.isEntity() ? "entity" : target.wireName()) + ".";
    Map<String, List<String>> aliases = new LinkedHashMap<>();
    for (String key : new TreeSet<>(FILE.stringPropertyNames())) {
      if (key.startsWith(prefix)) {
        List<String> names = new ArrayList<>();
        for (String name : FILE.getProperty(key).split(",", -1)) {
          names.add(name.strip());
        }
        aliases.put(key.substring(prefix.length()), List.copyOf(names));
      }
    }
    return aliases;
  }

  /** The words of a name: without case, accents and punctuation, camelCase taken apart. */
  static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char before = 0;
    String plain = Normalizer.normalize(name, Normalizer.Form.NFD);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (Character.getType(c) == Character.NON_SPACING_MARK) {
        continue;
      }
      boolean part = Character.isLetterOrDigit(c);
      boolean hump = Character.isUpperCase(c) && Character.isLowerCase(before);
      if ((!part || hump) && word.length() > 0) {
        words.add(word.toString().toLowerCase(Locale.ROOT));
        word.setLength(0);
      }
      if (part) {
        word.append(c);
      }
      before = c;
    }
    if (word.length() > 0) {
      words.add(word.toString().toLowerCase(Locale.ROOT));
    }
    return words;
  }

  private static Properties read() {
    try (InputStream in = FieldAliases.class.getResourceAsStream("aliases.properties")) {
      if (in == null) {
        throw new IllegalStateException("aliases.properties is not in the application");
      }
      Properties file = new Properties();
      file.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
