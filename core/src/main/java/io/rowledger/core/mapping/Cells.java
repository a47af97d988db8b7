package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.rowledger.core.row.CellFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a value is read from in a row, compiled for one list of columns. Null means absent. */
sealed interface Cells {

  /** Text without surrounding white space; a blank one is absent. */
  @Nullable String text(MappedRow row);

  /** The value for a free-form place: cell text as it is, or what a JSON source had there. */
  default @Nullable JsonNode node(MappedRow row) {
    String text = text(row);
    return text == null ? null : TextNode.valueOf(text);
  }

  /** A column. */
  record One(int column, CellFormat format) implements Cells {
    @Override
    public @Nullable String text(MappedRow row) {
      String cell = row.raw().cell(column);
      if (cell == null) {
        return null;
      }
      String text = cell.strip();
      return text.isEmpty() ? null : text;
    }

    @Override
    public @Nullable JsonNode node(MappedRow row) {
      String cell = row.raw().cell(column);
      if (cell == null || cell.isBlank()) {
        return null;
      }
      JsonNode tree =
          format == CellFormat.JSON && FreeForm.looksLikeContainer(cell) ? row.tree(column) : null;
      return tree == null ? TextNode.valueOf(cell) : tree;
    }
  }

  /** A key inside the JSON object of a column. */
  record Inner(int column, List<String> keys) implements Cells {
    @Override
    public @Nullable String text(MappedRow row) {
      JsonNode node = FreeForm.at(row.tree(column), keys);
      if (node == null) {
        return null;
      }
      String text = node.isContainerNode() ? node.toString() : node.asText().strip();
      return text.isEmpty() ? null : text;
    }

    @Override
    public @Nullable JsonNode node(MappedRow row) {
      return FreeForm.at(row.tree(column), keys);
    }
  }

  /** The first that is there; different names of one field in one file. */
  record First(List<Cells> choices) implements Cells {
    @Override
    public @Nullable String text(MappedRow row) {
      for (Cells choice : choices) {
        String text = choice.text(row);
        if (text != null) {
          return text;
        }
      }
      return null;
    }

    @Override
    public @Nullable JsonNode node(MappedRow row) {
      for (Cells choice : choices) {
        JsonNode node = choice.node(row);
        if (node != null) {
          return node;
        }
      }
      return null;
    }
  }

  /** Several, joined; blank ones are left out together with their separator. */
  record Joined(List<Cells> parts, String join) implements Cells {
    @Override
    public @Nullable String text(MappedRow row) {
      StringBuilder joined = new StringBuilder();
      boolean any = false;
      for (Cells part : parts) {
        String text = part.text(row);
        if (text != null) {
          joined.append(any ? join : "").append(text);
          any = true;
        }
      }
      return any ? joined.toString() : null;
    }
  }

  /** A filled template; absent when it has columns and all of them are blank. */
  record Filled(List<Cells> parts) implements Cells {
    @Override
    public @Nullable String text(MappedRow row) {
      StringBuilder filled = new StringBuilder();
      boolean columns = false;
      boolean any = false;
      for (Cells part : parts) {
        String text = part.text(row);
        boolean column = !(part instanceof Constant) && !(part instanceof RowNumber);
        columns |= column;
        if (text != null) {
          any |= column;
          filled.append(text);
        }
      }
      String text = filled.toString().strip();
      return text.isEmpty() || (columns && !any) ? null : text;
    }
  }

  /** The number of the row in its first upload: the {@code _row} column of a file sent again. */
  record RowNumber(int column) implements Cells {
    @Override
    public @Nullable String text(MappedRow row) {
      String cell = column < 0 ? null : row.raw().cell(column);
      return cell == null || cell.isBlank()
          ? Integer.toString(row.raw().rowNumber())
          : cell.strip();
    }
  }

  /** Always the same. */
  record Constant(String value) implements Cells {
    @Override
    public @Nullable String text(MappedRow row) {
      return value;
    }
  }

  /** A column that the file does not have. */
  record Never() implements Cells {
    @Override
    public @Nullable String text(MappedRow row) {
      return null;
    }
  }
}
