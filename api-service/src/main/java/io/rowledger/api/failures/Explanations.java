package io.rowledger.api.failures;

import static io.rowledger.api.failures.Explanation.says;
import static io.rowledger.core.job.JobKind.ENTITY;
import static io.rowledger.core.job.JobKind.TRANSACTION;
import static io.rowledger.core.job.JobKind.USER_EVENT;

import io.rowledger.core.job.Interruption;
import io.rowledger.core.job.JobFailure;
import io.rowledger.core.row.RowCode;

/**
 * What the codes of rows and jobs mean. The switches have no default: a new code does not compile
 * before it is explained here.
 */
final class Explanations {

  private Explanations() {}

  static Explanation ofRow(RowCode code) {
    Explanation explanation =
        switch (code) {
          case VALIDATION_ERROR ->
              says(
                  "A value breaks a rule: wrong type, format, range or length, or a required one is"
                      + " absent.",
                  "The message names column and expected form; correct the row, or the mapping when"
                      + " all rows have it, and send it again.");
          case ENTITY_NOT_FOUND ->
              says(
                      "The row refers to an entity that does not exist.",
                      "Import the entity first, then retry the row; or send transactions with"
                          + " validateExistingEntity=false.")
                  .only(TRANSACTION, USER_EVENT);
          case PROCESSING_ERROR ->
              says(
                  "The row passed all checks and the database refused it all the same.",
                  "Retry the row; report it with its message when it fails again.");
          case DUPLICATE_EXTERNAL_ID ->
              says(
                      "The externalId is in use: by a stored record, or by an earlier row of the"
                          + " upload.",
                      "Give the row an externalId of its own, or leave it out; for transactions,"
                          + " skipDuplicates=true skips such rows.")
                  .only(TRANSACTION, ENTITY);
          case DUPLICATE_TAX_ID ->
              says(
                      "The tax id is in use. This service reports it as a skip,"
                          + " SKIPPED_DUPLICATE_TAX_ID, and never with this code.",
                      "Nothing to do.")
                  .only(ENTITY);
          case TAX_ID_TYPE_MISMATCH ->
              says(
                      "An entity with this country and tax id exists and is of the other type:"
                          + " person or company.",
                      "Correct type or tax id of the row.")
                  .only(ENTITY);
          case MALFORMED_ROW ->
              says(
                  "The row cannot be read as a row: it has more or fewer cells than the header, or"
                      + " is no JSON object.",
                  "Correct the row in the file, often a delimiter in a cell without quotes, and"
                      + " send it again.");
          case AMBIGUOUS_TAX_ID ->
              says(
                      "Several entities have the tax id that the row refers to.",
                      "Refer to the entity by its external id, or add its country.")
                  .only(TRANSACTION, USER_EVENT);
          case SKIPPED_DUPLICATE_TAX_ID ->
              says(
                      "An entity with this country, tax id and type exists; the row was left out"
                          + " (manual mode).",
                      "Nothing to do: the entity is there.")
                  .only(ENTITY);
          case SKIPPED_ENTITY_ALREADY_EXISTS ->
              says(
                      "An entity with this country, tax id and type exists; the row was left out"
                          + " (automatic mode).",
                      "Nothing to do: the entity is there.")
                  .only(ENTITY);
          case SKIPPED_DUPLICATE_EXTERNAL_ID ->
              says(
                      "A transaction with this externalId exists; the row was left out"
                          + " (skipDuplicates=true).",
                      "Nothing to do: the transaction is there.")
                  .only(TRANSACTION);
          case SKIPPED_DUPLICATE_EVENT_ID ->
              says(
                      "An event with this eventId exists; the row was left out.",
                      "Nothing to do: the event is there.")
                  .only(USER_EVENT);
          case SKIPPED_DUPLICATE_IN_FILE ->
              says(
                  "An earlier row of the same upload has the same key; the first one won.",
                  "Nothing to do, unless the two rows were meant to be two records: then give them"
                      + " different keys.");
        };
    return explanation.retryable(code.retryable());
  }

  static Explanation ofJob(JobFailure.Code code) {
    return switch (code) {
      case INVALID_ENTITY_REFERENCES ->
          says(
                  "Rows refer to entities that do not exist, so no row was written. The failures"
                      + " list them.",
                  "Import the entities first, then send the file again; or send"
                      + " batchErrorHandling=continue_collect_errors.")
              .retryable(true)
              .only(TRANSACTION);
      case ROLLED_BACK ->
          says(
                  "A row failed and batchErrorHandling is rollback_all, so no row was kept.",
                  "Correct the rows that the failures list and send the file again; or use another"
                      + " batchErrorHandling.")
              .only(TRANSACTION);
      case DEPENDENCY_FAILED ->
          says(
              "The job named by after did not complete, so that this one never began.",
              "See how that job ended; send the file again once what it was to bring is there.");
      case INTERNAL_ERROR ->
          says(
                  "The service made a mistake.",
                  "Send the file again; report the job's id when it happens again.")
              .retryable(true);
    };
  }

  /** Codes of interrupted jobs, in {@code metadata.apiError}. */
  static Explanation ofInterruption(Interruption code) {
    return switch (code) {
      case TOO_MANY_ATTEMPTS ->
          says(
                  "Workers tried the job several times in a row and did not get past one place,"
                      + " which the message names; what they had imported before stays.",
                  "Report the job's id; send the rows that are unprocessed again, without those at"
                      + " that place.")
              .retryable(true);
      case ROWS_EXPIRED ->
          says(
              "The rows of the upload are no longer kept, so that the job could not be finished.",
              "Send the file again; rows that were imported are skipped by their keys.");
    };
  }
}
