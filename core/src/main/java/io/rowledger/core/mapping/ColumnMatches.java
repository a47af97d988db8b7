package io.rowledger.core.mapping;

import io.rowledger.core.mapping.SuggestedColumn.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which columns could be which fields, by name and by content. Every column, each field once. */
final class ColumnMatches {

  private static final double ALIAS = 0.9;
  private static final double ALIAS_OF_OTHER_CONTENT = 0.5;
  private static final double SIMILAR = 0.8;
  private static final double CONTENT = 0.4;

  /** Below, names are alike by accident. */
  private static final double LEAST_SIMILARITY = 0.75;

  private static final int LEAST_LENGTH = 4;

  // Bounds the work on hostile headers; nobody calls a column more than this.
  private static final int MAX_NAME = 64;

  private static final Comparator<Match> BEST_FIRST =
      Comparator.comparingDouble((Match match) -> -match.confidence())
          .thenComparingInt(Match::column)
          .thenComparingInt(match -> match.field().order());

  private record Name(String joined, List<String> words) {
    static Name of(String text) {
      List<String> words = FieldAliases.words(text.substring(0, Math.min(text.length(), MAX_NAME)));
      return new Name(String.join("", words), words);
    }
  }

  private record Candidate(TargetPath place, String path, int order, Name own, List<Name> others) {}

  private record Match(int column, Candidate field, double confidence, Reason reason) {}

  private final MappingTarget target;
  private final FieldCatalog catalog;
  private final List<String> columns;
  private final List<ColumnContent> contents;
  private final Map<Integer, SuggestedColumn> found = new LinkedHashMap<>();
  private final Map<String, Integer> taken = new LinkedHashMap<>();

  ColumnMatches(MappingTarget target, List<String> columns, List<ColumnContent> contents) {
    this.target = target;
    this.catalog = FieldCatalog.of(target);
    this.columns = columns;
    this.contents = contents;
  }

  /** One entry for each column. */
  List<SuggestedColumn> find() {
    for (int column = 0; column < columns.size(); column++) {
      exact(column);
    }
    List<Candidate> candidates = candidates();
    List<Match> matches = new ArrayList<>();
    for (int column = 0; column < columns.size(); column++) {
      if (isOpen(column)) {
        byName(column, candidates, matches);
      }
    }
    take(matches);
    matches.clear();
    for (int column = 0; column < columns.size(); column++) {
      if (isOpen(column)) {
        byContent(column, candidates, matches);
      }
    }
    take(matches);
    List<SuggestedColumn> all = new ArrayList<>();
    for (int column = 0; column < columns.size(); column++) {
      SuggestedColumn own = found.get(column);
      all.add(own == null ? SuggestedColumn.none(columns.get(column)) : own);
    }
    return all;
  }

  private boolean isOpen(int column) {
    String name = columns.get(column);
    return !found.containsKey(column) && !name.isBlank() && !Binder.RESERVED.contains(name);
  }

  private void exact(int column) {
    String name = columns.get(column);
    TargetPath place = Binder.RESERVED.contains(name) ? null : catalog.resolve(name);
    if (place != null && taken.putIfAbsent(place.place(), column) == null) {
      found.put(column, new SuggestedColumn(name, place.name(catalog), 1, Reason.EXACT));
    }
  }

  private List<Candidate> candidates() {
    Map<String, List<String>> aliases = FieldAliases.of(target);
    List<Candidate> candidates = new ArrayList<>();
    for (Field field :
        Stream.concat(catalog.fields().stream(), catalog.members().stream()).toList()) {
      TargetPath place = catalog.resolve(field.name());
      if (place != null && !taken.containsKey(place.place()) && !isSaidBy(target, field)) {
        List<Name> others =
            Stream.concat(
                    field.aliases().stream(),
                    aliases.getOrDefault(field.name(), List.of()).stream())
                .map(Name::of)
                .toList();
        candidates.add(
            new Candidate(
                place, field.name(), candidates.size(), Name.of(lastOf(field.name())), others));
      }
    }
    return candidates;
  }

  /** A mapping for persons only needs no column that says "person" in words of its own. */
  static boolean isSaidBy(MappingTarget target, Field field) {
    return field.name().equals("type")
        && (target == MappingTarget.ENTITY_PERSON || target == MappingTarget.ENTITY_COMPANY);
  }

  private static String lastOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private void byName(int column, List<Candidate> candidates, List<Match> matches) {
    Name name = Name.of(columns.get(column));
    ColumnContent content = contents.get(column);
    for (Candidate field : candidates) {
      boolean fits = content.fits(field.place().leaf());
      if (field.others().stream().anyMatch(other -> other.joined().equals(name.joined()))
          || field.own().joined().equals(name.joined())) {
        if (fits) {
          matches.add(new Match(column, field, ALIAS, Reason.ALIAS));
        } else if (isWorthARule(field.place().leaf())) {
          matches.add(new Match(column, field, ALIAS_OF_OTHER_CONTENT, Reason.ALIAS));
        }
      } else if (fits) {
        double likeness =
            Stream.concat(Stream.of(field.own()), field.others().stream())
                .mapToDouble(other -> likeness(name, other))
                .max()
                .orElse(0);
        if (likeness > 0) {
          matches.add(new Match(column, field, SIMILAR * likeness, Reason.SIMILAR));
        }
      }
    }
  }

  // Cells that cannot be read fail their rows, so only what rows cannot do without is kept for the
  // caller to give a rule; and the time, which would silently become that of the upload.
  private static boolean isWorthARule(Field field) {
    return field.required() || field.type() == FieldType.INSTANT;
  }

  /** 0 for names that have nothing to do with each other, up to 1. */
  private static double likeness(Name header, Name other) {
    int longer = Math.max(header.joined().length(), other.joined().length());
    int shorter = Math.min(header.joined().length(), other.joined().length());
    if (shorter < LEAST_LENGTH) {
      return 0;
    }
    double similarity = 0;
    if (shorter >= longer * LEAST_SIMILARITY) {
      similarity = 1 - (double) HeaderNames.distance(header.joined(), other.joined()) / longer;
    }
    if (similarity >= LEAST_SIMILARITY) {
      return similarity;
    }
    // "valor_total_brl" has the word of "valor".
    return header.words().containsAll(other.words()) ? 0.6 + 0.2 * shorter / longer : 0;
  }

  // Only the first field of a type: cells cannot tell an origin's country from a destination's.
  private void byContent(int column, List<Candidate> candidates, List<Match> matches) {
    ColumnContent content = contents.get(column);
    for (Candidate field : candidates) {
      Field leaf = field.place().leaf();
      if (field.place().keys().isEmpty()
          && !taken.containsKey(field.place().place())
          && leaf.equals(firstLike(leaf))
          && content.means(leaf)) {
        matches.add(new Match(column, field, CONTENT, Reason.CONTENT));
      }
    }
  }

  private @Nullable Field firstLike(Field leaf) {
    return catalog.fields().stream()
        .filter(field -> field.type() == leaf.type())
        .filter(field -> field.type() != FieldType.CHOICE || field.required())
        .filter(field -> field.type() != FieldType.TEXT || field.name().equals("taxId"))
        .findFirst()
        .orElse(null);
  }

  private void take(List<Match> matches) {
    matches.stream()
        .sorted(BEST_FIRST)
        .forEach(
            match -> {
              String place = match.field().place().place();
              if (!found.containsKey(match.column()) && !taken.containsKey(place)) {
                taken.put(place, match.column());
                found.put(
                    match.column(),
                    new SuggestedColumn(
                        columns.get(match.column()),
                        match.field().path(),
                        Math.round(match.confidence() * 100) / 100.0,
                        match.reason()));
              }
            });
  }
}
