package io.rowledger.core.chunk;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.List;

/**
 * Some rows of one file, in order. A chunk explains itself: it carries the columns its cells belong
 * to, because a JSON file may show new ones at any time.
 */
public record Chunk(int fileNumber, CellFormat format, List<String> columns, List<RawRow> rows) {}
