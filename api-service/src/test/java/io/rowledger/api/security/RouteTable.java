package io.rowledger.api.security;

import static io.rowledger.api.security.Permission.ENTITIES_BULK_IMPORT;
import static io.rowledger.api.security.Permission.ENTITIES_CREATE;
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

  private static final String NEW_MAPPING =
      "{\"name\": \"m\", \"target\": \"transaction\", \"columnMapping\": {\"a\": \"amount\"}}";

  private static final String[] ANY_OF_THREE = {
    TRANSACTIONS_CREATE, ENTITIES_BULK_IMPORT, EVENTS_CREATE
  };

  static final List<Route> ROUTES =
      List.of(
          route("POST", "/batch-import/import/transactions", TRANSACTIONS_CREATE).form(),
          route("POST", "/transactions/batch/upload", TRANSACTIONS_CREATE).form(),
          route("POST", "/batch-import/import/entities", ENTITIES_BULK_IMPORT).form(),
          route("POST", "/entities/automatic/bulk", ENTITIES_BULK_IMPORT)
              .and(ENTITIES_CREATE)
              .body("{}"),
          route("POST", "/transactions/batch", TRANSACTIONS_CREATE).body("{}"),
          route("POST", "/transactions/batch/background", TRANSACTIONS_CREATE).body("{}"),
          route("POST", "/transactions/batch/background-multi", TRANSACTIONS_CREATE).body("{}"),
          route("POST", "/batch-import/import/user-events", EVENTS_CREATE).form(),
          route("GET", "/entities", ANY_OF_THREE),
          route("GET", "/transactions", ANY_OF_THREE),
          route("GET", "/transactions/external/{externalId}", ANY_OF_THREE)
              .id(Tenant::transactionExternalId),
          route("GET", "/events/user", ANY_OF_THREE),
          route("GET", "/batch-import/jobs/{jobId}", ANY_OF_THREE).id(Tenant::transactionJob),
          route("GET", "/batch-import/jobs/{jobId}/stream", ANY_OF_THREE)
              .id(Tenant::transactionJob),
          route("GET", "/batch-import/jobs", ANY_OF_THREE),
          route("GET", "/batch-import/history", ANY_OF_THREE),
          route("GET", "/batch-import/transaction-jobs/{jobId}/failures/summary", ANY_OF_THREE)
              .id(Tenant::transactionJob),
          route("GET", "/batch-import/entity-jobs/{jobId}/failures/summary", ANY_OF_THREE)
              .id(Tenant::entityJob),
          route("GET", "/batch-import/user-event-jobs/{jobId}/failures/summary", ANY_OF_THREE)
              .id(Tenant::userEventJob),
          route("POST", "/batch-import/jobs/{jobId}/control", ANY_OF_THREE)
              .body("{\"action\": \"pause\"}")
              .id(Tenant::transactionJob),
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
          route("GET", "/batch-import/mappings", ANY_OF_THREE),
          route("POST", "/batch-import/mappings", ANY_OF_THREE).body(NEW_MAPPING),
          route("GET", "/batch-import/mappings/{id}", ANY_OF_THREE).id(Tenant::mappingId),
          route("PATCH", "/batch-import/mappings/{id}", ANY_OF_THREE)
              .body("{}")
              .id(Tenant::mappingId),
          route("DELETE", "/batch-import/mappings/{id}", ANY_OF_THREE).id(Tenant::mappingId),
          route("POST", "/batch-import/mappings/suggest", ANY_OF_THREE).form(),
          route("POST", "/batch-import/validate-csv", ANY_OF_THREE).form(),
          route("GET", "/batch-import/templates/{kind}.csv", ANY_OF_THREE),
          route("GET", "/batch-import/failure-codes", ANY_OF_THREE),
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
          route("GET", "/batch-import/webhooks", ORGANIZATION_MANAGE),
          route("POST", "/batch-import/webhooks", ORGANIZATION_MANAGE)
              .body("{\"url\": \"https://93.184.216.34/hook\"}"),
          route("GET", "/batch-import/webhooks/{id}", ORGANIZATION_MANAGE).id(Tenant::webhookId),
          route("PATCH", "/batch-import/webhooks/{id}", ORGANIZATION_MANAGE)
              .body("{}")
              .id(Tenant::webhookId),
          route("DELETE", "/batch-import/webhooks/{id}", ORGANIZATION_MANAGE).id(Tenant::webhookId),
          route("POST", "/batch-import/webhooks/{id}/rotate-secret", ORGANIZATION_MANAGE)
              .id(Tenant::webhookId),
          route("POST", "/batch-import/webhooks/{id}/test", ORGANIZATION_MANAGE)
              .id(Tenant::webhookId),
          route("GET", "/batch-import/webhooks/{id}/deliveries", ORGANIZATION_MANAGE)
              .id(Tenant::webhookId),
          route(
                  "POST",
                  "/batch-import/webhooks/{id}/deliveries/{deliveryId}/redeliver",
                  ORGANIZATION_MANAGE)
              .id(Tenant::webhookId),
          route("GET", "/admin/organizations", PLATFORM_ADMIN),
          route("POST", "/admin/organizations", PLATFORM_ADMIN)
              .body("{\"orgKey\": \"k\", \"name\": \"n\"}"),
          route("GET", "/admin/organizations/{id}", PLATFORM_ADMIN),
          route("PATCH", "/admin/organizations/{id}", PLATFORM_ADMIN).body("{}"),
          route("POST", "/admin/organizations/{id}/api-keys", PLATFORM_ADMIN).body(NEW_KEY));

  private RouteTable() {}
}
