package io.rowledger.api.format;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * What reading a packed file may cost. A text file needs no such bounds: it is as large as what was
 * sent. What gzip files unpack to also counts against the organisation's bytes for one request.
 */
@ConfigMapping(prefix = "rowledger.format")
public interface FormatConfig {

  /**
   * How many times its own size a gzip file or a workbook may unpack to. Tables come to 5 to 50
   * times; only a bomb is near the 1032 times that the method allows. Beyond it: 413.
   */
  @WithDefault("200")
  int maxInflationRatio();

  /** The ratio is asked from so many unpacked bytes on; below, a bomb does no harm. */
  @WithDefault("67108864")
  long inflationRatioFrom();

  /** Workbooks (.xlsx). */
  Workbook workbook();

  /** Bounds of a workbook. What is over them is better sent as CSV, which has none of them. */
  interface Workbook {

    /** Largest workbook as it is sent, in bytes. */
    @WithDefault("268435456")
    long maxBytes();

    /** Most bytes of XML that are unpacked from one workbook. */
    @WithDefault("2147483648")
    long maxInflatedBytes();

    /** Most files inside of a workbook. */
    @WithDefault("10000")
    int maxEntries();

    /**
     * Most bytes of the table of texts that cells refer to, 8 more for each text. The one part of a
     * workbook that is kept in memory while it is read: a bound for one upload, not for all.
     */
    @WithDefault("67108864")
    int maxSharedStringBytes();
  }
}
