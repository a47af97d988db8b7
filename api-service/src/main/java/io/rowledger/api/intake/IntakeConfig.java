package io.rowledger.api.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Uploads on their way in: how many at once, and how much of the disk. */
@ConfigMapping(prefix = "rowledger.intake")
public interface IntakeConfig {

  /** Most uploads of one organisation at once in a process; one more is answered with 429. */
  @WithDefault("32")
  int perOrganization();

  /** Most uploads at once in a process; one more is answered with 503. */
  @WithDefault("64")
  int perProcess();

  /**
   * Where bodies are spooled. Each process makes a directory of its own in it, which only its user
   * can read, and removes what processes that were killed have left there.
   */
  String spoolDirectory();

  /** Most bytes that all uploads of a process may have spooled at once; beyond it 503. */
  @WithDefault("17179869184")
  long spoolMaxBytes();

  /** Bytes of the disk that are never used for uploads; 503 before fewer than these are left. */
  @WithDefault("268435456")
  long spoolKeepFree();

  /** Most parts of a form: files and fields together. */
  @WithDefault("64")
  int maxParts();

  /** Most bytes of the headers of one part of a form. */
  @WithDefault("16384")
  int maxPartHeaderBytes();
}
