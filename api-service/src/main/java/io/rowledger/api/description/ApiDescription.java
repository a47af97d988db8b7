package io.rowledger.api.description;

import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** Title, licence, the way to authenticate, and the answers that several routes share. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Rowledger",
            version = "1",
            description = "Bulk imports in which every row is accounted for.",
            license =
                @License(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0")),
    security = @SecurityRequirement(name = "bearer"),
    components =
        @Components(
            parameters =
                @Parameter(
                    name = ApiDescription.IDEMPOTENCY_KEY,
                    in = ParameterIn.HEADER,
                    description =
                        "Your name for this request, up to 256 printable ASCII characters. Sent again"
                            + " with the same content it makes no second job: the first answer comes"
                            + " again, with Idempotency-Replayed: true. With other content it is"
                            + " refused. Remembered for at least 24 hours.",
                    schema = @Schema(type = SchemaType.STRING, maxLength = 256),
                    example = "\"2026-01-31/payments/1\""),
            responses =
                @APIResponse(
                    name = ApiDescription.ACCEPTED,
                    description = "Every row is durable and the job is queued.",
                    headers = {
                      @Header(
                          name = "Location",
                          description = "Where the status of the job is",
                          schema = @Schema(type = SchemaType.STRING)),
                      @Header(
                          name = "Idempotency-Replayed",
                          description = "true when this request was answered before",
                          schema = @Schema(type = SchemaType.BOOLEAN))
                    },
                    content =
                        @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "Accepted"),
                            examples =
                                @ExampleObject(
                                    name = "accepted",
                                    value = ApiDescription.ACCEPTED_EXAMPLE)))))
@SecurityScheme(
    securitySchemeName = "bearer",
    type = SecuritySchemeType.HTTP,
    scheme = "bearer",
    description = "An API key (rl_…) or an access token of the configured OpenID provider")
public class ApiDescription extends Application {

  /** The parameter that every route has that makes a job. */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** The response of every route that makes a job. */
  public static final String ACCEPTED = "Accepted";

  static final String ACCEPTED_EXAMPLE =
      """
      {"success": true, "jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e", "kind": "transaction_batch",
       "status": "queued", "totalItems": 45, "fileCount": 1,
       "message": "45 rows are queued.", "interpretation": []}
      """;
}
