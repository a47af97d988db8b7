package io.rowledger.core.mapping;

import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A mapping fitted to the columns of one file: everything that does not depend on a row is decided
 * here, so that {@link #map} only follows indexes. Immutable.
 */
public final class BoundMapping {

  // Enough to recognise the file; all of them are in unknownColumns.
  private static final int MAX_NAMED = 20;

  private final Mapping mapping;
  private final HeaderNames headers;
  private final List<MissingColumn> missing;
  private final List<String> unknown;
  private final Map<String, String> columnToField;
  private final CellFormat format;
  private final FieldCatalog catalog;
  // By field: the binding of a plain field; the bindings of an object field, whole before keys.
  private final @Nullable Binding[] plain;
  private final Binding[][] inObject;

  BoundMapping(
      Mapping mapping,
      HeaderNames headers,
      List<Binding> bindings,
      List<MissingColumn> missing,
      List<String> unknown,
      Map<String, String> columnToField,
      CellFormat format) {
    this.mapping = mapping;
    this.headers = headers;
    this.unknown = List.copyOf(unknown);
    this.columnToField = columnToField;
    this.format = format;
    this.catalog = mapping.catalog();
    int fields = catalog.fields().size();
    this.plain = new Binding[fields];
    this.inObject = new Binding[fields][];
    List<MissingColumn> all = new ArrayList<>(missing);
    for (int i = 0; i < fields; i++) {
      int field = i;
      List<Binding> own =
          bindings.stream()
              .filter(binding -> binding.target().field() == field)
              .sorted(Comparator.comparingInt(binding -> binding.target().keys().size()))
              .toList();
      inObject[i] = own.toArray(Binding[]::new);
      plain[i] = Binder.forField(own, i);
      if (plain[i] == null && catalog.fields().get(i).required()) {
        all.add(absent(catalog.fields().get(i)));
      }
    }
    absentReference().ifPresent(all::add);
    this.missing = List.copyOf(all);
  }

  private Optional<MissingColumn> absentReference() {
    List<String> names = catalog.oneOf();
    if (names.isEmpty() || names.stream().anyMatch(name -> plain[catalog.index(name)] != null)) {
      return Optional.empty();
    }
    String closest =
        names.stream().map(headers::closest).filter(Objects::nonNull).findFirst().orElse(null);
    return Optional.of(new MissingColumn(String.join(" or ", names), names.get(0), true, closest));
  }

  private MissingColumn absent(Field field) {
    return new MissingColumn(field.name(), field.name(), true, headers.closest(field.name()));
  }

  public MappingTarget target() {
    return mapping.target();
  }

  public CellFormat format() {
    return format;
  }

  /**
   * Columns the mapping names and the file has not, and required fields that nothing fills. For
   * JSON sources this is information only: a later object may have the key.
   */
  public List<MissingColumn> missingColumns() {
    return missing;
  }

  /** {@link #missingColumns()}, with further fields required by the options of a job. */
  public List<MissingColumn> missingColumns(Collection<String> alsoRequired) {
    List<MissingColumn> all = new ArrayList<>(missing);
    for (String name : alsoRequired) {
      int index = catalog.index(name);
      if (plain[index] == null && !catalog.fields().get(index).required()) {
        all.add(absent(catalog.fields().get(index)));
      }
    }
    return List.copyOf(all);
  }

  /** Columns that no field reads, in the order of the file. */
  public List<String> unknownColumns() {
    return unknown;
  }

  /** What the mapping says about them. */
  public UnknownColumns unknownColumnsPolicy() {
    return mapping.unknownColumns();
  }

  /**
   * What is to be said about columns that no field reads; empty when there are none or none care.
   */
  public Optional<String> unknownColumnsWarning() {
    if (unknown.isEmpty() || mapping.unknownColumns() != UnknownColumns.WARN) {
      return Optional.empty();
    }
    String names =
        unknown.stream()
            .limit(MAX_NAMED)
            .map(name -> "\"" + name + "\"")
            .collect(Collectors.joining(", "));
    return Optional.of(
        "No field reads these columns, and they were ignored: "
            + names
            + (unknown.size() > MAX_NAMED
                ? " and " + (unknown.size() - MAX_NAMED) + " more."
                : "."));
  }

  /** Column to the field it feeds (several: separated by commas), in the order of the file. */
  public Map<String, String> columnToField() {
    return new LinkedHashMap<>(columnToField);
  }

  /** The index of a column by its name, as the mapping finds columns; -1 when there is none. */
  public int column(String name) {
    return headers.find(name);
  }

  /** The header most like a name that is no column; null when none is like it. */
  public @Nullable String closest(String name) {
    return headers.closest(name);
  }

  /** How decimals of a column are written, for control totals. */
  public DecimalSyntax decimals(String column) {
    int wanted = headers.find(column);
    for (Binding[] bindings : inObject) {
      for (Binding binding : bindings) {
        if (binding.column() != null && wanted >= 0 && headers.find(binding.column()) == wanted) {
          return binding.decimal();
        }
      }
    }
    return format == CellFormat.JSON ? DecimalSyntax.JSON : DecimalSyntax.PLAIN;
  }

  /** By field that holds a time or day and is read from a column: the date format and zone. */
  public Map<String, TimeFormat> timeFormats() {
    Map<String, TimeFormat> formats = new LinkedHashMap<>();
    for (Binding[] bindings : inObject) {
      for (Binding binding : bindings) {
        FieldType type = binding.target().leaf().type();
        if (binding.column() != null && (type == FieldType.INSTANT || type == FieldType.DATE)) {
          formats.put(binding.target().name(catalog), binding.time().format());
        }
      }
    }
    return formats;
  }

  /** Never throws for what a row holds. */
  public MappedRow map(RawRow row) {
    return new MappedRow(this, row);
  }

  FieldCatalog catalog() {
    return catalog;
  }

  @Nullable Binding plain(int field) {
    return plain[field];
  }

  Binding[] inObject(int field) {
    return inObject[field];
  }
}
