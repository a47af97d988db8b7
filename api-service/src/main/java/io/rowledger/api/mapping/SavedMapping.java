package io.rowledger.api.mapping;

import io.rowledger.core.mapping.Mapping;
import java.util.UUID;

/** A mapping of the organisation, ready to use, and which one it is. */
public record SavedMapping(UUID id, int version, Mapping mapping) {}
