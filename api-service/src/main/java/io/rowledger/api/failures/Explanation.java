package io.rowledger.api.failures;

import io.rowledger.core.job.JobKind;
import java.util.List;

/**
 * What a code means to a caller.
 *
 * @param meaning one sentence: what happened
 * @param remedy one sentence: what to do about it
 * @param retryable true when the same input may succeed later without being changed
 * @param kinds the kinds of jobs or uploads it can occur with
 */
record Explanation(String meaning, String remedy, boolean retryable, List<JobKind> kinds) {

  Explanation {
    kinds = List.copyOf(kinds);
  }

  static Explanation says(String meaning, String remedy) {
    return new Explanation(meaning, remedy, false, List.of(JobKind.values()));
  }

  Explanation only(JobKind... some) {
    return new Explanation(meaning, remedy, retryable, List.of(some));
  }

  Explanation retryable(boolean may) {
    return new Explanation(meaning, remedy, may, kinds);
  }
}
