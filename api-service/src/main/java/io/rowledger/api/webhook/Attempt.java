package io.rowledger.api.webhook;

import org.jspecify.annotations.Nullable;

/**
 * How a try went.
 *
 * @param status of the answer, null when there was none
 * @param error null when it was delivered
 * @param millis from looking for a connection to the end of the answer, null when nothing was sent
 */
record Attempt(@Nullable Integer status, @Nullable DeliveryError error, @Nullable Integer millis) {

  private static final int GONE = 410;

  static Attempt answered(int status, int millis) {
    return new Attempt(status, judge(status), millis);
  }

  static Attempt failed(DeliveryError error, int millis) {
    return new Attempt(null, error, millis);
  }

  /** Nothing was sent. */
  static Attempt notMade(DeliveryError error) {
    return new Attempt(null, error, null);
  }

  boolean delivered() {
    return error == null;
  }

  /** Whether another try could go better. */
  boolean worthAnotherTry() {
    return error != null && error != DeliveryError.GONE && error != DeliveryError.ENDPOINT_DISABLED;
  }

  private static @Nullable DeliveryError judge(int status) {
    if (status >= 200 && status < 300) {
      return null;
    }
    if (status >= 300 && status < 400) {
      return DeliveryError.REDIRECT;
    }
    return status == GONE ? DeliveryError.GONE : DeliveryError.HTTP_STATUS;
  }
}
