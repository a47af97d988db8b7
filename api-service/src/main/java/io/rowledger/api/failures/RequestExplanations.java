package io.rowledger.api.failures;

import static io.rowledger.api.failures.Explanation.says;
import static io.rowledger.core.job.JobKind.ENTITY;

import io.rowledger.api.problem.Problem;

/** What the codes of refused requests mean; no default, as in {@link Explanations}. */
final class RequestExplanations {

  private RequestExplanations() {}

  static Explanation of(Problem problem) {
    return switch (problem) {
      case TOO_MANY_ITEMS ->
          says(
              "A file has more rows than this organisation may send in one file.",
              "Split the file, or ask for a higher limit.");
      case VALIDATION_ERROR ->
          says(
              "Something in the request is wrong.",
              "details names each field and what is expected.");
      case EMPTY_FILE -> says("A file has no rows.", "Send a file with at least one row.");
      case UNREADABLE_FILE ->
          says(
              "A file cannot be read: broken quoting or encoding, or another format than it seems.",
              "The message says the line; correct the file and send it again.");
      case ROW_TOO_LARGE ->
          says(
              "A row has more than 256 KiB.",
              "The message says the line; often a quote there is never closed.");
      case MISSING_COLUMNS ->
          says(
              "Columns that the mapping names, or that rows need, are not in the file.",
              "details names each with the closest header; correct the header or the mapping.");
      case DUPLICATE_HEADER ->
          says("Two columns have the same name.", "Give each column its own name.");
      case MAPPING_TARGET_MISMATCH ->
          says(
              "The mapping is for another kind of records than this route imports.",
              "Use a mapping of a fitting target, or another route.");
      case UNAUTHORIZED ->
          says("There is no valid key or token.", "Send one as Authorization: Bearer.");
      case FORBIDDEN ->
          says("The caller lacks a permission.", "Use a key that has it, or ask for it.");
      case FEATURE_NOT_ENABLED ->
          says(
                  "The organisation does not have the feature that the request needs.",
                  "Leave the option out, or ask for the feature.")
              .only(ENTITY);
      case JOB_NOT_FOUND ->
          says("This organisation has no such job.", "Check the id and whose key you use.");
      case MAPPING_NOT_FOUND ->
          says("This organisation has no such mapping.", "Check the id; it may have been deleted.");
      case NOT_FOUND -> says("There is nothing at this path.", "Check the path and the id in it.");
      case METHOD_NOT_ALLOWED ->
          says("The path does not have this method.", "The header Allow says which there are.");
      case NOT_ACCEPTABLE ->
          says(
              "None of the media types in Accept can be had here.",
              "Accept application/json, or text/csv for .csv paths.");
      case CONFLICT ->
          says(
              "The request contradicts what is stored, such as a version that changed meanwhile.",
              "Read it again and repeat the change.");
      case INVALID_TRANSITION ->
          says(
              "The job is in a state that does not allow this.",
              "Read the job; it may have ended.");
      case NOTHING_TO_RETRY ->
          says("The job has no row that the retry asks for.", "Nothing to do.");
      case RETRY_RUNNING ->
          says("A retry of this job has not ended yet.", "Wait until it has ended.")
              .retryable(true);
      case ROWS_EXPIRED -> says("The rows of the job are no longer kept.", "Send the file again.");
      case FILE_TOO_LARGE ->
          says(
              "The request has more bytes than this organisation or this route may have.",
              "Split the file, or ask for a higher limit.");
      case UNSUPPORTED_FORMAT ->
          says(
              "The format of the file, or the Content-Type, is none that can be read.",
              "The message says what to send instead.");
      case CONTROL_TOTAL_MISMATCH ->
          says(
              "The file does not have the rows, the sum or the digest that were announced.",
              "Check whether the file is whole and the right one.");
      case IDEMPOTENCY_KEY_REUSED ->
          says(
              "The Idempotency-Key was used for other content before.",
              "Use a new key for new content, and the old one only to repeat a request as it was.");
      case TOO_MANY_JOBS ->
          says(
                  "The organisation has as many waiting or running jobs as it may have.",
                  "Wait until one has ended; Retry-After says when to try again.")
              .retryable(true);
      case TOO_MANY_UPLOADS ->
          says(
                  "The organisation is sending as many uploads as it may at once.",
                  "Wait until one has been answered; Retry-After says when to try again.")
              .retryable(true);
      case INTERNAL ->
          says("The service made a mistake.", "Report it with the requestId of the answer.");
      case SERVICE_UNAVAILABLE ->
          says(
                  "A system that this service needs does not answer. Nothing was done.",
                  "Try again after Retry-After.")
              .retryable(true);
      case OUTCOME_UNKNOWN ->
          says(
                  "The connection broke while the job was committed, and it could not be checked.",
                  "Look up the jobId of the answer, then send again if there is no such job.")
              .retryable(true);
    };
  }
}
