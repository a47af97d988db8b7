package io.rowledger.api.description;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Every operation can answer with a problem, and every answer that refuses is one; said once, so
 * that no resource has to repeat it.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ProblemAnswers implements OASFilter {

  @Override
  public void filterOpenAPI(OpenAPI api) {
    api.getPaths()
        .getPathItems()
        .values()
        .forEach(path -> path.getOperations().values().forEach(ProblemAnswers::complete));
  }

  private static void complete(Operation operation) {
    if (operation.getResponses() == null) {
      operation.setResponses(OASFactory.createAPIResponses());
    }
    operation
        .getResponses()
        .defaultValue(
            OASFactory.createAPIResponse()
                .description("Refused; see error.code")
                .content(problem()));
    operation.getResponses().getAPIResponses().forEach(ProblemAnswers::complete);
  }

  private static void complete(String status, APIResponse response) {
    if (status.startsWith("4") && response.getContent() == null) {
      response.setContent(problem());
    }
    if (response.getContent() != null && response.getContent().getMediaTypes() != null) {
      response
          .getContent()
          .getMediaTypes()
          .forEach(
              (type, media) -> {
                if (type.startsWith("text/csv") && media.getSchema() == null) {
                  media.setSchema(OASFactory.createSchema().addType(SchemaType.STRING));
                }
              });
    }
  }

  private static Content problem() {
    return OASFactory.createContent()
        .addMediaType(
            "application/problem+json",
            OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem")));
  }
}
