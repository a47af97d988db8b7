package io.rowledger.api.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.rowledger.core.job.JobJson;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What goes over the wire: the body, which is the same for every try, and its headers. */
final class WebhookMessage {

  private WebhookMessage() {}

  static byte[] body(ClaimedDelivery delivery) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", delivery.eventType());
    json.put("timestamp", JobJson.time(delivery.occurredAt()));
    if (delivery.sequence() != null) {
      // A text, as on the topic: padded, it sorts as it counts.
      json.put("sequence", "%019d".formatted(delivery.sequence()));
    }
    // As it was stored: to read and write it again could change a number.
    json.putRawValue("data", new RawValue(delivery.data()));
    return json.toString().getBytes(UTF_8);
  }

  /**
   * The headers of a try.
   *
   * @param now of this try: receivers refuse what is older than a few minutes
   */
  static Map<String, String> headers(
      ClaimedDelivery delivery, Instant now, List<byte[]> secrets, byte[] body) {
    String id = delivery.eventId().toString();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put("user-agent", "Rowledger-Webhooks/1");
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(now.getEpochSecond()));
    headers.put(
        "webhook-signature", WebhookSignature.header(secrets, id, now.getEpochSecond(), body));
    return headers;
  }
}
