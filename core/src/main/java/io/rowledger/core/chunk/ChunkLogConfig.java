package io.rowledger.core.chunk;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The topic that carries the rows. */
@ConfigMapping(prefix = "rowledger.rows")
public interface ChunkLogConfig {

  /** Topic of the sealed chunks. Its retention must be longer than a job may live. */
  @WithDefault("batch-import.rows")
  String topic();

  /** Most rows of one chunk. */
  @WithDefault("2000")
  int maxChunkRows();

  /** Most bytes of one chunk before compression; a row may have half of it. */
  @WithDefault("524288")
  int maxChunkBytes();

  /**
   * How long an upload waits for Kafka to acknowledge a chunk before it answers 503. A 503 has to
   * come within 15 s, so this and the time to find a partition must stay below together.
   */
  @WithDefault("9s")
  Duration sendTimeout();

  /** How long an upload waits for a partition that can be written. */
  @WithDefault("4s")
  Duration metadataTimeout();

  /**
   * How long a reader waits for a chunk that is there before it calls Kafka unavailable. The
   * api-service reads, too: for retries, commits, and failures with all columns.
   */
  @WithDefault("15s")
  Duration readTimeout();

  /**
   * Has the JVM compile the encryption before the first file comes. Takes about half a second of
   * one processor after the start; without it the first large files are slow.
   */
  @WithDefault("true")
  boolean warmUp();
}
