package io.rowledger.core.chunk;

/** Kafka is there and does not let us in, or its certificate is not one we trust. */
class ChunkLogRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ChunkLogRefusedException(Throwable cause) {
    super(reasons(cause), cause);
  }

  /** The useful words ("No name matching …") stand at the end of the chain. */
  private static String reasons(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    String last = "";
    for (Throwable next = thrown; next != null; next = next.getCause()) {
      String message = String.valueOf(next.getMessage());
      if (!last.contains(message)) {
        text.append(text.isEmpty() ? "" : ": ").append(message);
        last = message;
      }
    }
    return text.toString();
  }
}
