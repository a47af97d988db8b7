package io.rowledger.api.rerun;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.api.rows.RowOutcome;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.row.RowCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a retry is asked for, checked.
 *
 * @param outcomes rows of the parent with one of these are tried again
 * @param codes of the failed rows only those with one of these; every code when nothing was said
 * @param mapping JSON: how the rows are read
 */
record RetryRequest(
    Set<RowOutcome> outcomes, Set<RowCode> codes, ErrorHandling errorHandling, String mapping) {

  private static final Set<RowCode> FAILURES =
      Arrays.stream(RowCode.values())
          .filter(code -> code.outcome() == RowCode.Outcome.FAILED)
          .collect(Collectors.toCollection(() -> EnumSet.noneOf(RowCode.class)));

  private static final String UNPROCESSED = "unprocessed";

  /** Everything that decides what the retry does, for its digest. */
  JsonNode parameters(JobId parent) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("parent", parent.toString());
    outcomes.stream().sorted().forEach(outcome -> json.withArray("rows").add(outcome.name()));
    codes.stream().sorted().forEach(code -> json.withArray("codes").add(code.name()));
    json.put("errorHandling", errorHandling.wireName());
    json.put("mapping", mapping);
    return json;
  }

  /** Whether a row is tried again. */
  boolean selects(RowOutcome outcome, @Nullable RowCode code) {
    return outcomes.contains(outcome) && (outcome != RowOutcome.FAILED || codes.contains(code));
  }

  /**
   * Reads a body.
   *
   * @throws ProblemException VALIDATION_ERROR with everything that is wrong
   */
  static RetryRequest of(RetryBody body, JobOrigin parent, SavedMappings saved) {
    List<Detail> wrong = new ArrayList<>();
    Set<RowOutcome> outcomes = outcomes(body.rows(), wrong);
    Set<RowCode> codes = codes(body, wrong);
    ErrorHandling handling = errorHandling(body.batchErrorHandling(), parent, wrong);
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
    String mapping =
        body.mappingId() == null ? parent.mapping() : mapping(body.mappingId(), parent, saved);
    return new RetryRequest(outcomes, codes, handling, mapping);
  }

  private static String mapping(String id, JobOrigin parent, SavedMappings saved) {
    Mapping mapping = saved.find(id).mapping();
    boolean fits =
        switch (mapping.target()) {
          case TRANSACTION -> parent.job().kind() == JobKind.TRANSACTION;
          case ENTITY_PERSON, ENTITY_COMPANY, ENTITY_MIXED -> parent.job().kind() == JobKind.ENTITY;
          case USER_EVENT -> parent.job().kind() == JobKind.USER_EVENT;
        };
    if (!fits) {
      throw new ProblemException(
          Problem.MAPPING_TARGET_MISMATCH,
          "The mapping has the target %s, and the job to retry is a %s."
              .formatted(mapping.target().wireName(), parent.job().kind().wireName()));
    }
    return mapping.toJson().toString();
  }

  private static Set<RowOutcome> outcomes(@Nullable String rows, List<Detail> wrong) {
    if (rows == null || rows.equals("all_not_succeeded")) {
      return EnumSet.of(RowOutcome.FAILED, RowOutcome.UNPROCESSED);
    }
    if (rows.equals("failed")) {
      return EnumSet.of(RowOutcome.FAILED);
    }
    if (!rows.equals(UNPROCESSED)) {
      wrong.add(new Detail("rows", "rows must be failed, unprocessed or all_not_succeeded."));
    }
    return EnumSet.of(RowOutcome.UNPROCESSED);
  }

  private static Set<RowCode> codes(RetryBody body, List<Detail> wrong) {
    if (body.codes() == null) {
      return FAILURES;
    }
    if (UNPROCESSED.equals(body.rows())) {
      wrong.add(new Detail("codes", "codes select failed rows, but rows is unprocessed."));
    }
    if (body.codes().isEmpty()) {
      wrong.add(new Detail("codes", "codes must name at least one code, or be left out."));
    }
    Set<RowCode> codes = EnumSet.noneOf(RowCode.class);
    for (int i = 0; i < body.codes().size(); i++) {
      String name = body.codes().get(i);
      Optional<RowCode> code =
          FAILURES.stream().filter(failure -> failure.name().equals(name)).findFirst();
      code.ifPresent(codes::add);
      if (code.isEmpty()) {
        wrong.add(
            new Detail(
                "codes[" + i + "]",
                "codes[%d] is no code of a failed row; those are %s.".formatted(i, FAILURES)));
      }
    }
    return codes;
  }

  private static ErrorHandling errorHandling(
      @Nullable String name, JobOrigin parent, List<Detail> wrong) {
    if (name == null) {
      return parent.errorHandling();
    }
    if (parent.job().kind() != JobKind.TRANSACTION) {
      wrong.add(
          new Detail("batchErrorHandling", "batchErrorHandling is for transactions jobs only."));
      return parent.errorHandling();
    }
    Optional<ErrorHandling> handling = ErrorHandling.ofWireName(name);
    if (handling.isEmpty()) {
      wrong.add(
          new Detail(
              "batchErrorHandling",
              "batchErrorHandling must be one of rollback_all, stop_keep_success,"
                  + " continue_collect_errors."));
    }
    return handling.orElse(parent.errorHandling());
  }
}
