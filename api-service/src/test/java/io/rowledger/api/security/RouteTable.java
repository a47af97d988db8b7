package io.rowledger.api.security;

import static io.rowledger.api.security.Permission.ENTITIES_BULK_IMPORT;
import static io.rowledger.api.security.Permission.EVENTS_CREATE;
import static io.rowledger.api.security.Permission.ORGANIZATION_MANAGE;
import static io.rowledger.api.security.Permission.PLATFORM_ADMIN;
import static io.rowledger.api.security.Permission.TRANSACTIONS_CREATE;
import static io.rowledger.api.security.Route.route;

import java.util.List;

/**
 * Every route and the permission it needs. A route that is missing here fails the test, so a new
 * one cannot be forgotten: add its line.
 */
final class RouteTable {

  private static final String NEW_KEY = "{\"name\": \"k\", \"permissions\": [\"events:create\"]}";

  private static final String[] ANY_OF_THREE = {
    TRANSACTIONS_CREATE, ENTITIES_BULK_IMPORT, EVENTS_CREATE
  };

  static final List<Route> ROUTES =
      List.of(
          route("POST", "/batch-import/import/transactions", TRANSACTIONS_CREATE).form(),
          route("POST", "/transactions/batch/upload", TRANSACTIONS_CREATE).form(),
          route("POST", "/batch-import/import/entities", ENTITIES_BULK_IMPORT).form(),
          route("GET", "/batch-import/jobs/{jobId}", ANY_OF_THREE).id(Tenant::transactionJob),
          route("GET", "/batch-import/transaction-jobs/{jobId}/failures", ANY_OF_THREE)
              .id(Tenant::transactionJob),
          route("GET", "/batch-import/transaction-jobs/{jobId}/failures.csv", ANY_OF_THREE)
              .id(Tenant::transactionJob),
          route("GET", "/batch-import/entity-jobs/{jobId}/failures", ANY_OF_THREE)
              .id(Tenant::entityJob),
          route("GET", "/batch-import/entity-jobs/{jobId}/failures.csv", ANY_OF_THREE)
              .id(Tenant::entityJob),
          route("GET", "/entities/automatic/bulk/imports/{jobId}/failures.csv", ANY_OF_THREE)
              .id(Tenant::entityJob),
          route("GET", "/batch-import/user-event-jobs/{jobId}/failures", ANY_OF_THREE)
              .id(Tenant::userEventJob),
          route("GET", "/batch-import/user-event-jobs/{jobId}/failures.csv", ANY_OF_THREE)
              .id(Tenant::userEventJob),
          route("POST", "/batch-import/jobs/{jobId}/commit", ANY_OF_THREE)
              .id(Tenant::transactionJob),
          route("POST", "/batch-import/jobs/{jobId}/retry", ANY_OF_THREE)
              .body("{}")
              .id(Tenant::transactionJob),
          route("DELETE", "/batch-import/jobs/{jobId}/data", ANY_OF_THREE)
              .id(Tenant::transactionJob),
          route("GET", "/organization", ORGANIZATION_MANAGE),
          route("PATCH", "/organization", ORGANIZATION_MANAGE).body("{}"),
          route("GET", "/api-keys", ORGANIZATION_MANAGE),
          route("POST", "/api-keys", ORGANIZATION_MANAGE).body(NEW_KEY),
          route("DELETE", "/api-keys/{id}", ORGANIZATION_MANAGE).id(Tenant::keyId),
          route("GET", "/admin/organizations", PLATFORM_ADMIN),
          route("POST", "/admin/organizations", PLATFORM_ADMIN)
              .body("{\"orgKey\": \"k\", \"name\": \"n\"}"),
          route("GET", "/admin/organizations/{id}", PLATFORM_ADMIN),
          route("PATCH", "/admin/organizations/{id}", PLATFORM_ADMIN).body("{}"),
          route("POST", "/admin/organizations/{id}/api-keys", PLATFORM_ADMIN).body(NEW_KEY));

  private RouteTable() {}
}
