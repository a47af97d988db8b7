package io.rowledger.api.mapping;

import io.rowledger.api.mapping.MappingBodies.Deleted;
import io.rowledger.api.mapping.MappingBodies.MappingAnswer;
import io.rowledger.api.mapping.MappingBodies.MappingBody;
import io.rowledger.api.mapping.MappingBodies.MappingChange;
import io.rowledger.api.mapping.MappingBodies.MappingList;
import io.rowledger.api.mapping.MappingBodies.NewMapping;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.wire.PageRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * The column mappings of the caller's organisation. The class has no path of its own: it would take
 * {@code /batch-import/mappings/suggest} away from the class that suggests.
 */
@Path("/")
@RolesAllowed({
  Permission.TRANSACTIONS_CREATE,
  Permission.ENTITIES_BULK_IMPORT,
  Permission.EVENTS_CREATE
})
@Tag(name = "Mappings")
class MappingResource {

  private static final String VERSION_1 =
      """
      {"name": "Bank statement", "target": "transaction",
       "columnMapping": {"Reference": "externalId", "Kind": "type", "Value": "amount",
                         "Currency": "currency", "Note": null}}
      """;

  private static final String VERSION_2 =
      """
      {"name": "Bank statement", "target": "transaction",
       "columnMapping": {"version": 2, "unknownColumns": "warn", "fields": {
         "externalId": {"column": "Reference"},
         "type": {"column": "Kind", "values": {"Cash out": "WITHDRAWAL"}, "default": "PAYMENT"},
         "amount": {"column": "Value", "decimal": ","},
         "currency": {"constant": "BRL"},
         "transactedAt": {"columns": ["Date", "Time"], "join": " ",
                          "format": "yyyy-MM-dd HH:mm", "zone": "America/Sao_Paulo"}}},
       "headersSnapshot": ["Date", "Time", "Reference", "Kind", "Value"]}
      """;

  private final Mappings mappings;
  private final Caller caller;

  MappingResource(Mappings mappings, Caller caller) {
    this.mappings = mappings;
    this.caller = caller;
  }

  @GET
  @Path("/batch-import/mappings")
  @Operation(
      operationId = "listMappings",
      summary = "List the organisation's mappings, newest first")
  public MappingList list(
      @Parameter(description = "only mappings of this target") @RestQuery @Nullable String target,
      @RestQuery @Nullable String pageSize,
      @RestQuery @Nullable String pageToken) {
    PageRequest request = PageRequest.of(pageSize, pageToken);
    PageRequest.Page<StoredMapping> page =
        request.page(
            mappings.list(
                caller.organization(),
                request,
                target == null ? null : CheckedMapping.target(target)),
            mapping -> mapping.id);
    return new MappingList(
        true, page.items().stream().map(MappingBody::of).toList(), page.nextPageToken());
  }

  @POST
  @Path("/batch-import/mappings")
  @Operation(
      operationId = "createMapping",
      summary = "Make a mapping",
      description =
          "It is checked as a whole: every path, format, zone and value that cannot be used is named"
              + " in error.details.")
  @APIResponse(
      responseCode = "201",
      description = "The mapping is kept; Location names it.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = MappingAnswer.class)))
  public RestResponse<MappingAnswer> create(
      @RequestBody(
              content =
                  @Content(
                      examples = {
                        @ExampleObject(name = "version 1", value = VERSION_1),
                        @ExampleObject(name = "version 2", value = VERSION_2)
                      }))
          @NotNull
          @Valid
          NewMapping body) {
    StoredMapping mapping = mappings.create(caller.organization(), body);
    return RestResponse.ResponseBuilder.create(
            RestResponse.Status.CREATED, MappingAnswer.of(mapping))
        .location(URI.create("/batch-import/mappings/" + mapping.id))
        .build();
  }

  @GET
  @Path("/batch-import/mappings/{id}")
  @Operation(operationId = "getMapping", summary = "Read a mapping")
  public MappingAnswer get(@RestPath String id) {
    return MappingAnswer.of(
        mappings
            .find(caller.organization(), SavedMappings.id(id))
            .orElseThrow(SavedMappings::notFound));
  }

  @PATCH
  @Path("/batch-import/mappings/{id}")
  @Operation(
      operationId = "changeMapping",
      summary = "Change a mapping",
      description =
          "What the body does not name stays. The version is raised. Jobs that were accepted keep the"
              + " mapping as it was. Send the version you read to be refused (409) when somebody else"
              + " changed the mapping since.")
  public MappingAnswer change(
      @RestPath String id,
      @RequestBody(
              content =
                  @Content(
                      examples =
                          @ExampleObject(
                              name = "another name",
                              value = "{\"name\": \"Bank statement 2027\", \"version\": 1}")))
          @NotNull
          @Valid
          MappingChange body) {
    return MappingAnswer.of(
        mappings
            .change(caller.organization(), SavedMappings.id(id), body)
            .orElseThrow(SavedMappings::notFound));
  }

  @DELETE
  @Path("/batch-import/mappings/{id}")
  @Operation(
      operationId = "deleteMapping",
      summary = "Delete a mapping",
      description = "Jobs that were accepted with it go on: they have a copy.")
  public Deleted delete(@RestPath String id) {
    if (!mappings.delete(caller.organization(), SavedMappings.id(id))) {
      throw SavedMappings.notFound();
    }
    return new Deleted(true);
  }
}
