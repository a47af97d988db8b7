package io.rowledger.api.tenant;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * How long personal data is kept where an organisation has not said it. A day begins anew with each
 * upload, or with the end of a job.
 */
@ConfigMapping(prefix = "rowledger.retention")
public interface RetentionConfig {

  /**
   * Days that the rows of an upload stay readable in Kafka, for organisations that are made without
   * a number of their own. The topic must keep its records for longer.
   */
  @WithDefault("30")
  int rowsDays();

  /** Days after the end of a job that its failures keep their values, keys and messages. */
  @WithDefault("30")
  int failuresDays();

  /** The same for dry runs, which show the cells of rows that nobody may have imported. */
  @WithDefault("7")
  int dryRunsDays();

  /**
   * Days after the end of a job that it keeps the names of its files and columns, its mapping, its
   * label, its free options and the addresses for its report. Never shorter than its rows stay
   * readable.
   */
  @WithDefault("90")
  int contentsDays();

  /**
   * How long a job that was not paused may still wait for a worker when the time of its rows is
   * over. A job that a worker has is never disturbed, a paused one is ended at once.
   */
  @WithDefault("24h")
  Duration finishWithin();

  /** How often what is due is looked for. */
  @WithDefault("10m")
  Duration every();
}
