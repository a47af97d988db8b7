package io.rowledger.api.webhook;

/** Nothing may, or can, be sent to an endpoint. The message is for whoever registers it. */
final class RefusedTargetException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient DeliveryError error;

  RefusedTargetException(DeliveryError error, String message) {
    super(message);
    this.error = error;
  }

  DeliveryError error() {
    return error;
  }
}
