/** The command {@code dead-letters} of the worker's jar: lists and replays what was put aside. */
@NullMarked
package io.rowledger.worker.deadletter;

import org.jspecify.annotations.NullMarked;
