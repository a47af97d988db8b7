package io.rowledger.api.tenant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rowledger.api.wire.Texts;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What goes over the wire about API keys. */
final class ApiKeyBodies {

  private ApiKeyBodies() {}

  @RegisterForReflection
  @Schema(name = "NewApiKey")
  record NewApiKey(
      @Schema(description = "appears as createdBy of jobs", examples = "nightly export")
          @NotBlank
          @Size(max = 100)
          @Pattern(regexp = Texts.CLEAN, message = Texts.CLEAN_MESSAGE)
          String name,
      @Schema(examples = "[\"transactions:create\"]") @NotEmpty @Size(max = 10)
          List<@NotNull String> permissions,
      @Schema(description = "absent = never") @Nullable Instant expiresAt) {}

  @RegisterForReflection
  @Schema(name = "ApiKey")
  record ApiKeyBody(
      UUID id,
      String name,
      List<String> permissions,
      @Nullable Instant expiresAt,
      @Schema(description = "exact to a minute") @Nullable Instant lastUsedAt,
      Instant createdAt) {

    static ApiKeyBody of(ApiKey key) {
      return new ApiKeyBody(
          key.id,
          key.name,
          List.copyOf(key.permissions),
          key.expiresAt,
          key.lastUsedAt,
          key.createdAt);
    }
  }

  @RegisterForReflection
  @Schema(name = "NewApiKeyAnswer")
  record NewApiKeyAnswer(
      boolean success,
      ApiKeyBody apiKey,
      @Schema(description = "the key; shown this once and never again") String key) {}

  @RegisterForReflection
  @Schema(name = "ApiKeyList")
  record ApiKeyList(boolean success, List<ApiKeyBody> apiKeys, @Nullable String nextPageToken) {}

  @RegisterForReflection
  @Schema(name = "Deleted")
  record Deleted(boolean ok) {}
}
