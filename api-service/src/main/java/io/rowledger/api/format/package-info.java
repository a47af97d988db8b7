/**
 * Uploaded files read as streams of raw rows: CSV, JSON and NDJSON in any usual encoding, with or
 * without gzip, and workbooks. Memory does not grow with the file, and what was assumed about it is
 * said.
 */
@NullMarked
package io.rowledger.api.format;

import org.jspecify.annotations.NullMarked;
