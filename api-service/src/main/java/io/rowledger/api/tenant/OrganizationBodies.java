package io.rowledger.api.tenant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rowledger.api.wire.Texts;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What goes over the wire about organisations. In a change, null means: as it was. */
final class OrganizationBodies {

  private static final String NOT_BLANK = "(?s).*\\S.*";
  private static final String FEATURE = "[a-z][a-z0-9_.-]{0,49}";

  private static final String ROWS = "days after an upload that its rows stay readable";
  private static final String FAILURES = "failures keep their values, keys and messages";
  private static final String DRY_RUNS = "the same for dry runs";
  private static final String CONTENTS =
      "names of files and columns, mapping, label and free options stay; never shorter than rows";

  private OrganizationBodies() {}

  @RegisterForReflection
  @Schema(name = "NewOrganization")
  record NewOrganization(
      @Schema(description = "what the org_id claim of an access token carries", examples = "acme")
          @NotBlank
          @Size(max = 200)
          @Pattern(regexp = Texts.CLEAN, message = Texts.CLEAN_MESSAGE)
          String orgKey,
      @Schema(examples = "Acme Ltd")
          @NotBlank
          @Size(max = 200)
          @Pattern(regexp = Texts.CLEAN, message = Texts.CLEAN_MESSAGE)
          String name,
      @Nullable @Size(max = 50) List<@NotNull @Pattern(regexp = FEATURE) String> features,
      @Nullable @Valid LimitsChange limits,
      @Schema(description = ROWS) @Nullable @Min(1) @Max(3650) Integer retentionDays,
      @Nullable @Valid RetentionChange retention) {}

  @RegisterForReflection
  @Schema(name = "OrganizationChange", description = "by the operator; what is absent stays")
  record OrganizationChange(
      @Nullable
          @Size(max = 200)
          @Pattern(regexp = NOT_BLANK, message = "must not be blank")
          @Pattern(regexp = Texts.CLEAN, message = Texts.CLEAN_MESSAGE)
          String name,
      @Nullable @Size(max = 50) List<@NotNull @Pattern(regexp = FEATURE) String> features,
      @Nullable @Valid LimitsChange limits,
      @Schema(description = ROWS) @Nullable @Min(1) @Max(3650) Integer retentionDays,
      @Nullable @Valid RetentionChange retention,
      @Schema(description = "failures need the permission of their job's kind")
          @Nullable Boolean strictFailureAccess) {}

  @RegisterForReflection
  @Schema(name = "OwnOrganizationChange", description = "by the organisation itself")
  record OwnOrganizationChange(
      @Nullable
          @Size(max = 200)
          @Pattern(regexp = NOT_BLANK, message = "must not be blank")
          @Pattern(regexp = Texts.CLEAN, message = Texts.CLEAN_MESSAGE)
          String name,
      @Schema(description = ROWS) @Nullable @Min(1) @Max(3650) Integer retentionDays,
      @Nullable @Valid RetentionChange retention,
      @Schema(description = "failures need the permission of their job's kind")
          @Nullable Boolean strictFailureAccess) {

    OrganizationChange asChange() {
      return new OrganizationChange(
          name, null, null, retentionDays, retention, strictFailureAccess);
    }
  }

  @RegisterForReflection
  @Schema(name = "OrganizationLimitsChange")
  record LimitsChange(
      @Nullable @Min(1) Integer maxRowsPerFile,
      @Nullable @Min(1) Long maxBytes,
      @Nullable @Min(1) Integer maxOpenJobs) {}

  @RegisterForReflection
  @Schema(
      name = "OrganizationRetentionChange",
      description = "days after the end of a job; what is absent stays")
  record RetentionChange(
      @Schema(description = FAILURES) @Nullable @Min(1) @Max(3650) Integer failuresDays,
      @Schema(description = DRY_RUNS) @Nullable @Min(1) @Max(3650) Integer dryRunsDays,
      @Schema(description = CONTENTS) @Nullable @Min(1) @Max(3650) Integer contentsDays) {}

  @RegisterForReflection
  @Schema(name = "OrganizationRetention", description = "days after the end of a job")
  record Retention(
      @Schema(description = FAILURES) int failuresDays,
      @Schema(description = DRY_RUNS) int dryRunsDays,
      @Schema(description = CONTENTS) int contentsDays) {

    static Retention of(Organization o, RetentionConfig defaults) {
      return new Retention(
          Objects.requireNonNullElse(o.failureRetentionDays, defaults.failuresDays()),
          Objects.requireNonNullElse(o.dryRunRetentionDays, defaults.dryRunsDays()),
          Objects.requireNonNullElse(o.contentRetentionDays, defaults.contentsDays()));
    }
  }

  @RegisterForReflection
  @Schema(name = "OrganizationLimits")
  record Limits(int maxRowsPerFile, long maxBytes, int maxOpenJobs) {}

  @RegisterForReflection
  @Schema(name = "Organization")
  record OrganizationBody(
      UUID id,
      String orgKey,
      String name,
      List<String> features,
      Limits limits,
      @Schema(description = ROWS) int retentionDays,
      Retention retention,
      @Schema(description = "failures need the permission of their job's kind")
          boolean strictFailureAccess,
      Instant createdAt) {

    static OrganizationBody of(Organization o, RetentionConfig defaults) {
      return new OrganizationBody(
          o.id,
          o.orgKey,
          o.name,
          List.copyOf(o.features),
          new Limits(o.maxRowsPerFile, o.maxBytes, o.maxOpenJobs),
          o.retentionDays,
          Retention.of(o, defaults),
          o.strictFailureAccess,
          o.createdAt);
    }
  }

  @RegisterForReflection
  @Schema(name = "OrganizationAnswer")
  record OrganizationAnswer(boolean success, OrganizationBody organization) {

    static OrganizationAnswer of(Organization organization, RetentionConfig defaults) {
      return new OrganizationAnswer(true, OrganizationBody.of(organization, defaults));
    }
  }

  @RegisterForReflection
  @Schema(name = "OrganizationList")
  record OrganizationList(
      boolean success, List<OrganizationBody> organizations, @Nullable String nextPageToken) {}
}
