package io.rowledger.api.format;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/**
 * What reading may cost, with the defaults of {@link FormatConfig} or with some of them changed.
 */
final class Budgets {

  private Budgets() {}

  static ReadBudget byDefault() {
    return with(Map.of());
  }

  static ReadBudget with(Map<String, String> settings) {
    return new ReadBudget(config(settings), 2L << 30);
  }

  static FormatConfig config(Map<String, String> settings) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(FormatConfig.class);
    settings.forEach((name, value) -> builder.withDefaultValue("rowledger.format." + name, value));
    return builder.build().getConfigMapping(FormatConfig.class);
  }
}
