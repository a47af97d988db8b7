package io.rowledger.core.mapping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one kind of record. {@link #fields()} are what a row is read into, by index; {@link
 * #members()} are the known keys inside its object fields.
 */
public final class FieldCatalog {

  /** Deepest way into a free-form object; jsonb and JSON readers bound nesting too. */
  static final int MAX_DEPTH = 20;

  public static final FieldCatalog TRANSACTION =
      new FieldCatalog(TransactionFields.ALL, List.of(), List.of());
  public static final FieldCatalog ENTITY =
      new FieldCatalog(EntityFields.ALL, EntityFields.MEMBERS, List.of());
  public static final FieldCatalog USER_EVENT =
      new FieldCatalog(UserEventFields.ALL, List.of(), UserEventFields.REFERENCES);

  private final List<Field> fields;
  private final List<Field> members;
  private final List<String> oneOf;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final Map<String, TargetPath> declared = new HashMap<>();
  private final List<List<TargetPath>> membersOf = new ArrayList<>();

  private FieldCatalog(List<Field> fields, List<Field> members, List<String> oneOf) {
    this.fields = List.copyOf(fields);
    this.members = List.copyOf(members);
    this.oneOf = List.copyOf(oneOf);
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      indexes.put(field.name(), i);
      declare(field, new TargetPath(i, List.of(), field, true));
      membersOf.add(new ArrayList<>());
    }
    for (Field member : members) {
      List<String> way = List.of(member.name().split("\\.", -1));
      int root = index(way.get(0));
      TargetPath path = new TargetPath(root, way.subList(1, way.size()), member, true);
      declare(member, path);
      membersOf.get(root).add(path);
    }
  }

  private void declare(Field field, TargetPath path) {
    declared.put(HeaderNames.loose(field.name()), path);
    field.aliases().forEach(alias -> declared.put(HeaderNames.loose(alias), path));
  }

  /** The fields that rows of this target have. */
  public static FieldCatalog of(MappingTarget target) {
    return switch (target) {
      case TRANSACTION -> TRANSACTION;
      case ENTITY_PERSON, ENTITY_COMPANY, ENTITY_MIXED -> ENTITY;
      case USER_EVENT -> USER_EVENT;
    };
  }

  public List<Field> fields() {
    return fields;
  }

  /** Known keys of object fields, under their dotted names. */
  public List<Field> members() {
    return members;
  }

  /** Fields of which a record needs at least one; empty when there is no such rule. */
  public List<String> oneOf() {
    return oneOf;
  }

  /** The index of a field by its exact wire name. */
  public int index(String name) {
    Integer index = indexes.get(name);
    if (index == null) {
      throw new IllegalArgumentException("no field " + name);
    }
    return index;
  }

  public Field field(String name) {
    return fields.get(index(name));
  }

  List<TargetPath> membersOf(int field) {
    return membersOf.get(field);
  }

  /**
   * What a target path or a platform header means: a field or member by name or alias, case, spaces
   * and underscores aside, or a key inside a free-form object; null when it means nothing here.
   */
  @Nullable TargetPath resolve(String path) {
    TargetPath whole = declared.get(HeaderNames.loose(path));
    if (whole != null) {
      return whole;
    }
    String[] parts = path.split("\\.", -1);
    if (parts.length > MAX_DEPTH) {
      return null;
    }
    for (int n = parts.length - 1; n > 0; n--) {
      TargetPath start = declared.get(HeaderNames.loose(String.join(".", Arrays.copyOf(parts, n))));
      if (start != null) {
        return under(start, Arrays.asList(parts).subList(n, parts.length));
      }
    }
    return null;
  }

  private @Nullable TargetPath under(TargetPath start, List<String> rest) {
    boolean freeForm =
        start.leaf().type() == FieldType.OBJECT
            // An object with known members is closed: entityData.persn.x is a typing error.
            && (membersOf.get(start.field()).isEmpty() || !start.keys().isEmpty());
    if (!freeForm || rest.stream().anyMatch(String::isBlank)) {
      return null;
    }
    List<String> keys = new ArrayList<>(start.keys());
    rest.forEach(key -> keys.add(key.strip()));
    return new TargetPath(start.field(), keys, start.leaf(), false);
  }
}
