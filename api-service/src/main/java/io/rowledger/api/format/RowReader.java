package io.rowledger.api.format;

import io.rowledger.core.row.RawRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every format does in its own way; {@link OpenedFile} does the rest for all of them. */
interface RowReader extends AutoCloseable {

  /** As {@link RowSource#columns}. */
  List<String> columns();

  /** As {@link RowSource#next}. */
  @Nullable RawRow read();

  /** What was assumed or ignored up to here, as sentences for people. */
  List<String> warnings();

  @Override
  void close();
}
