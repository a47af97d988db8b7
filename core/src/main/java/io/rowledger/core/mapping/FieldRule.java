package io.rowledger.core.mapping;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one place of a record is filled.
 *
 * @param values what single values become; a value it does not list becomes {@code defaultValue},
 *     or stays as it is when there is none
 * @param defaultValue the rule's own default, for blank and unlisted values; null for none
 * @param fallback the mapping's default field, for blank values only: a country that {@code values}
 *     does not list must not silently become the default country
 */
record FieldRule(
    TargetPath target,
    Source source,
    @Nullable DecimalSyntax decimal,
    @Nullable TimeSyntax time,
    Map<String, String> values,
    @Nullable String defaultValue,
    @Nullable String fallback) {

  /** Where the text comes from. */
  sealed interface Source {}

  record FromColumn(String name) implements Source {}

  record FromColumns(List<String> names, String join) implements Source {
    FromColumns {
      names = List.copyOf(names);
    }
  }

  record FromTemplate(Template template) implements Source {}

  record FromConstant(String text) implements Source {}

  FieldRule {
    values = Map.copyOf(values);
  }

  static FieldRule of(TargetPath target, Source source) {
    return new FieldRule(target, source, null, null, Map.of(), null, null);
  }

  FieldRule fallingBackTo(String value) {
    return new FieldRule(target, source, decimal, time, values, defaultValue, value);
  }
}
