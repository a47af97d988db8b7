package io.rowledger.core.mapping;

import io.rowledger.core.row.CellFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compiles a mapping for one list of columns. */
final class Binder {

  /** What a file of failed rows adds; sent again, they are no data. */
  static final Set<String> RESERVED = Set.of("_row", "_code", "_column", "_message");

  private final Mapping mapping;
  private final FieldCatalog catalog;
  private final List<String> columns;
  private final HeaderNames headers;
  private final CellFormat format;
  private final List<Binding> bindings = new ArrayList<>();
  private final List<MissingColumn> missing = new ArrayList<>();
  private final Set<Integer> used = new TreeSet<>();
  private final Map<String, Set<String>> fieldsOf = new LinkedHashMap<>();

  Binder(Mapping mapping, List<String> columns, CellFormat format) {
    this.mapping = mapping;
    this.catalog = mapping.catalog();
    this.columns = List.copyOf(columns);
    this.headers = new HeaderNames(this.columns);
    this.format = format;
  }

  BoundMapping bind() {
    if (mapping.isPlatform()) {
      platform();
    } else {
      mapping.rules().forEach(this::rule);
    }
    impliedType();
    return new BoundMapping(
        mapping, headers, bindings, missing, unknown(), interpretation(), format);
  }

  private void rule(FieldRule rule) {
    String field = rule.target().name(catalog);
    List<String> names = new ArrayList<>();
    Cells cells = cells(rule, names);
    String first = null;
    for (String name : names) {
      List<Integer> found = columnsOf(name);
      if (found.isEmpty()) {
        missing.add(
            new MissingColumn(name, field, rule.target().leaf().required(), headers.closest(name)));
      }
      for (int column : found) {
        use(column, field);
        first = first == null ? columns.get(column) : first;
      }
      first = first == null ? name : first;
    }
    bindings.add(
        new Binding(
            rule.target(),
            cells,
            first,
            rule.decimal() == null ? decimals() : rule.decimal(),
            rule.time() == null ? TimeSyntax.ISO : rule.time(),
            rule.values(),
            rule.defaultValue(),
            rule.fallback()));
  }

  private Cells cells(FieldRule rule, List<String> names) {
    FieldRule.Source source = rule.source();
    if (source instanceof FieldRule.FromColumn column) {
      names.add(column.name());
      return cells(column.name());
    }
    if (source instanceof FieldRule.FromColumns several) {
      names.addAll(several.names());
      return new Cells.Joined(several.names().stream().map(this::cells).toList(), several.join());
    }
    if (source instanceof FieldRule.FromTemplate filled) {
      List<Cells> parts = new ArrayList<>();
      for (Template.Part part : filled.template().parts()) {
        if (part instanceof Template.ColumnPart column) {
          names.add(column.name());
          parts.add(cells(column.name()));
        } else if (part instanceof Template.Literal literal) {
          parts.add(new Cells.Constant(literal.text()));
        } else {
          parts.add(new Cells.RowNumber(columns.indexOf("_row")));
        }
      }
      return new Cells.Filled(List.copyOf(parts));
    }
    return new Cells.Constant(((FieldRule.FromConstant) source).text());
  }

  private Cells cells(String name) {
    List<Cells> choices = new ArrayList<>();
    int whole = headers.find(name);
    if (whole >= 0) {
      choices.add(new Cells.One(whole, format));
    }
    choices.addAll(inner(name));
    return switch (choices.size()) {
      case 0 -> new Cells.Never();
      case 1 -> choices.get(0);
      default -> new Cells.First(List.copyOf(choices));
    };
  }

  // For JSON sources: the name a.b is key b in the object of column a.
  private List<Cells.Inner> inner(String name) {
    if (format != CellFormat.JSON || name.indexOf('.') < 0) {
      return List.of();
    }
    List<Cells.Inner> inner = new ArrayList<>();
    String[] parts = name.split("\\.", -1);
    for (int n = parts.length - 1; n > 0; n--) {
      int column = headers.find(String.join(".", Arrays.copyOf(parts, n)));
      if (column >= 0) {
        inner.add(
            new Cells.Inner(column, List.copyOf(Arrays.asList(parts).subList(n, parts.length))));
      }
    }
    return inner;
  }

  private List<Integer> columnsOf(String name) {
    List<Integer> found = new ArrayList<>();
    int whole = headers.find(name);
    if (whole >= 0) {
      found.add(whole);
    }
    inner(name).forEach(cell -> found.add(cell.column()));
    return found;
  }

  private void platform() {
    Map<String, TargetPath> targets = new LinkedHashMap<>();
    Map<String, List<Cells>> choices = new LinkedHashMap<>();
    Map<String, String> labels = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      TargetPath target =
          RESERVED.contains(columns.get(i)) ? null : catalog.resolve(columns.get(i));
      if (target != null) {
        add(target, new Cells.One(i, format), i, targets, choices, labels);
      }
    }
    for (Field field : catalog.fields()) {
      for (String alias : field.aliases()) {
        TargetPath target = catalog.resolve(alias);
        for (Cells.Inner cell : inner(alias)) {
          if (target != null) {
            add(target, cell, cell.column(), targets, choices, labels);
          }
        }
      }
    }
    targets.forEach(
        (place, target) -> {
          List<Cells> cells = choices.getOrDefault(place, List.of());
          bindings.add(
              new Binding(
                  target,
                  cells.size() == 1 ? cells.get(0) : new Cells.First(List.copyOf(cells)),
                  labels.get(place),
                  decimals(),
                  TimeSyntax.ISO,
                  Map.of(),
                  null,
                  null));
        });
  }

  private void add(
      TargetPath target,
      Cells cell,
      int column,
      Map<String, TargetPath> targets,
      Map<String, List<Cells>> choices,
      Map<String, String> labels) {
    targets.putIfAbsent(target.place(), target);
    choices.computeIfAbsent(target.place(), place -> new ArrayList<>()).add(cell);
    labels.putIfAbsent(target.place(), columns.get(column));
    use(column, target.name(catalog));
  }

  // A mapping for persons (or companies) says the type itself; a column may repeat it.
  private void impliedType() {
    String implied =
        switch (mapping.target()) {
          case ENTITY_PERSON -> "person";
          case ENTITY_COMPANY -> "company";
          default -> null;
        };
    if (implied == null) {
      return;
    }
    int type = catalog.index("type");
    for (int i = 0; i < bindings.size(); i++) {
      Binding own = bindings.get(i);
      if (own.target().field() == type) {
        bindings.set(
            i,
            new Binding(
                own.target(),
                own.cells(),
                own.column(),
                own.decimal(),
                own.time(),
                own.values(),
                own.defaultValue(),
                own.fallback() == null ? implied : own.fallback()));
        return;
      }
    }
    bindings.add(
        new Binding(
            new TargetPath(type, List.of(), catalog.fields().get(type), true),
            new Cells.Constant(implied),
            null,
            decimals(),
            TimeSyntax.ISO,
            Map.of(),
            null,
            null));
  }

  private DecimalSyntax decimals() {
    return format == CellFormat.JSON ? DecimalSyntax.JSON : DecimalSyntax.PLAIN;
  }

  private void use(int column, String field) {
    used.add(column);
    fieldsOf.computeIfAbsent(columns.get(column), name -> new TreeSet<>()).add(field);
  }

  private List<String> unknown() {
    Set<Integer> known = new TreeSet<>(used);
    for (String name : mapping.ignored()) {
      known.add(headers.find(name));
    }
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i);
      if (!known.contains(i) && !RESERVED.contains(name) && !name.isBlank()) {
        unknown.add(name);
      }
    }
    return unknown;
  }

  private Map<String, String> interpretation() {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String column : columns) {
      Set<String> names = fieldsOf.get(column);
      if (names != null) {
        fields.put(column, String.join(", ", names));
      }
    }
    return fields;
  }

  static @Nullable Binding forField(List<Binding> bindings, int field) {
    for (Binding binding : bindings) {
      if (binding.target().field() == field && binding.target().keys().isEmpty()) {
        return binding;
      }
    }
    return null;
  }
}
