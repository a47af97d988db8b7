package io.rowledger.api.description;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
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
    components =
        @Components(
            responses =
                @APIResponse(
                    name = "Accepted",
                    description = "Every row is durable and the job is queued.",
                    content =
                        @Content(
                            mediaType = "application/json",
                            examples =
                                @ExampleObject(
                                    name = "accepted",
                                    value = ApiDescription.ACCEPTED)))),
    security = @SecurityRequirement(name = "bearer"))
@SecurityScheme(
    securitySchemeName = "bearer",
    type = SecuritySchemeType.HTTP,
    scheme = "bearer",
    description = "An API key (rl_…) or an access token of the configured OpenID provider")
public class ApiDescription extends Application {

  static final String ACCEPTED =
      """
      {"success": true, "jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e", "kind": "transaction_batch",
       "status": "queued", "totalItems": 45, "fileCount": 1,
       "message": "45 rows are queued.", "interpretation": []}
      """;
}
