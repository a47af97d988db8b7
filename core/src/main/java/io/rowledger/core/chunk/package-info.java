/**
 * Chunks: the rows of an upload cut, compressed and sealed into Kafka records, and read back by
 * their index.
 */
@NullMarked
package io.rowledger.core.chunk;

import org.jspecify.annotations.NullMarked;
