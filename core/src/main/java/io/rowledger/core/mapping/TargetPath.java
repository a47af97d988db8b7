package io.rowledger.core.mapping;

import java.util.List;

/**
 * Where a value goes.
 *
 * @param field index of the column-like field in its catalog
 * @param keys the way into that field when it is an object; empty for the field itself
 * @param leaf what is known of the place: the declared field, or the object it is a free key of
 * @param declared false when the last keys are the caller's own
 */
record TargetPath(int field, List<String> keys, Field leaf, boolean declared) {

  TargetPath {
    keys = List.copyOf(keys);
  }

  /** Two paths with the same place fill the same value. */
  String place() {
    return field + "/" + String.join(".", keys);
  }

  String name(FieldCatalog catalog) {
    String root = catalog.fields().get(field).name();
    return keys.isEmpty() ? root : root + "." + String.join(".", keys);
  }
}
