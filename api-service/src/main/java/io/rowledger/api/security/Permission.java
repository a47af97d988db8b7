package io.rowledger.api.security;

import java.util.List;

/**
 * The permissions of contract section 1. Constants, so that {@code @RolesAllowed} can name them.
 */
public final class Permission {

  public static final String TRANSACTIONS_CREATE = "transactions:create";
  public static final String ENTITIES_BULK_IMPORT = "entities:bulk_import";
  public static final String ENTITIES_CREATE = "entities:create";
  public static final String EVENTS_CREATE = "events:create";
  public static final String ORGANIZATION_MANAGE = "organization:manage";

  /** The operator's own: organisations and their limits. Never granted by a tenant. */
  public static final String PLATFORM_ADMIN = "platform:admin";

  /** What an organisation may give to its own keys. */
  public static final List<String> OF_TENANTS =
      List.of(
          TRANSACTIONS_CREATE,
          ENTITIES_BULK_IMPORT,
          ENTITIES_CREATE,
          EVENTS_CREATE,
          ORGANIZATION_MANAGE);

  /** Everything there is; other names in a token mean nothing here and are dropped. */
  public static final List<String> ALL =
      List.of(
          TRANSACTIONS_CREATE,
          ENTITIES_BULK_IMPORT,
          ENTITIES_CREATE,
          EVENTS_CREATE,
          ORGANIZATION_MANAGE,
          PLATFORM_ADMIN);

  private Permission() {}
}
