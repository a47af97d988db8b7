/**
 * From an upload to a queued job: the form is read, the files are read once and their rows sent to
 * Kafka, and one commit makes all of it exist.
 */
@NullMarked
package io.rowledger.api.upload;

import org.jspecify.annotations.NullMarked;
