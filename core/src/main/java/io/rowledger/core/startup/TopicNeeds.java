package io.rowledger.core.startup;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What we need from a topic.
 *
 * @param largestRecord in bytes
 * @param keptFor how long its records must stay; null when that is the reader's affair
 */
record TopicNeeds(String name, int largestRecord, @Nullable Duration keptFor) {}
