package io.rowledger.core.startup;

import java.util.Map;

/**
 * A topic as it is.
 *
 * @param replicas of the partition that has the fewest
 * @param config every setting that is in force, set on the topic or inherited
 */
record TopicSettings(int replicas, Map<String, String> config) {

  String text(String setting) {
    return config.getOrDefault(setting, "");
  }

  /** A setting that is not there is one that the broker does not know: its default is unlimited. */
  long number(String setting) {
    String text = text(setting);
    return text.isEmpty() ? Long.MAX_VALUE : Long.parseLong(text);
  }
}
