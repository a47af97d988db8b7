package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.mapping.SavedMapping;
import io.rowledger.core.mapping.Mapping;
import org.jspecify.annotations.Nullable;

/**
 * The mapping an upload is read with.
 *
 * @param saved where it comes from; null when it came with the form or is the platform's own
 */
record ChosenMapping(Mapping mapping, @Nullable SavedMapping saved) {

  /** Says in the job's metadata which mapping it was; the mapping itself is kept with the job. */
  void describe(ObjectNode metadata) {
    if (saved != null) {
      metadata.put("mappingId", saved.id().toString());
      metadata.put("mappingVersion", saved.version());
    }
  }
}
