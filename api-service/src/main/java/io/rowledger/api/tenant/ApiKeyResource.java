package io.rowledger.api.tenant;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.CachedDirectory;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.tenant.ApiKeyBodies.ApiKeyBody;
import io.rowledger.api.tenant.ApiKeyBodies.ApiKeyList;
import io.rowledger.api.tenant.ApiKeyBodies.Deleted;
import io.rowledger.api.tenant.ApiKeyBodies.NewApiKey;
import io.rowledger.api.tenant.ApiKeyBodies.NewApiKeyAnswer;
import io.rowledger.api.wire.Ids;
import io.rowledger.api.wire.PageRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The API keys of the caller's organisation. */
@Path("/api-keys")
@RolesAllowed(Permission.ORGANIZATION_MANAGE)
@Tag(name = "API keys")
class ApiKeyResource {

  private final ApiKeys keys;
  private final KeyIssuer issuer;
  private final CachedDirectory cache;
  private final Caller caller;

  ApiKeyResource(ApiKeys keys, KeyIssuer issuer, CachedDirectory cache, Caller caller) {
    this.keys = keys;
    this.issuer = issuer;
    this.cache = cache;
    this.caller = caller;
  }

  @GET
  @Operation(operationId = "listApiKeys", summary = "List the organisation's keys, newest first")
  public ApiKeyList list(
      @RestQuery @Nullable String pageSize, @RestQuery @Nullable String pageToken) {
    PageRequest request = PageRequest.of(pageSize, pageToken);
    PageRequest.Page<ApiKey> page =
        request.page(keys.list(caller.organization(), request), key -> key.id);
    return new ApiKeyList(
        true, page.items().stream().map(ApiKeyBody::of).toList(), page.nextPageToken());
  }

  @POST
  @APIResponse(
      responseCode = "201",
      description = "The key, shown this once",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = NewApiKeyAnswer.class)))
  @ResponseStatus(201)
  @Operation(
      operationId = "createApiKey",
      summary = "Make a key",
      description = "The answer is the only place where the key is ever shown.")
  public NewApiKeyAnswer create(
      @RequestBody(
              content =
                  @Content(
                      examples =
                          @ExampleObject(
                              name = "transactions only",
                              value =
                                  """
                                  {"name": "nightly export", "permissions": ["transactions:create"]}
                                  """)))
          @NotNull
          @Valid
          NewApiKey body) {
    return issuer.issue(caller.organization(), body, Permission.OF_TENANTS);
  }

  @DELETE
  @Path("/{id}")
  @Operation(
      operationId = "deleteApiKey",
      summary = "Delete a key",
      description = "It stops working here at once and in every other process within seconds.")
  public Deleted delete(@RestPath String id) {
    UUID keyId = Ids.parse(id).orElseThrow(ProblemException::notFound);
    if (!keys.delete(caller.organization(), keyId)) {
      throw ProblemException.notFound();
    }
    cache.forgetKey(keyId);
    return new Deleted(true);
  }
}
