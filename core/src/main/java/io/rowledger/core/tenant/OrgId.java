package io.rowledger.core.tenant;

import java.util.UUID;

/** The organisation that owns something. Repository methods that touch tenant data take one. */
public record OrgId(UUID value) {}
