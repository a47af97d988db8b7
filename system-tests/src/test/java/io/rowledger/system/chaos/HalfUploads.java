package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Ledger.Knowledge;
import io.rowledger.system.chaos.Ledger.Sent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that goes away in the middle of its upload. Nothing may come of that. */
final class HalfUploads {
  private final Service service;
  private final Ledger ledger;
  private final Planner planner;

  HalfUploads(Service service, Ledger ledger, Planner planner) {
    this.service = service;
    this.ledger = ledger;
    this.planner = planner;
  }

  void sendOne() {
    Plan plan = planner.withoutFollowers();
    Caller.Body body = Rendering.body(plan);
    ledger.sent(new Sent(plan, Knowledge.REFUSED, null));
    URI uri = URI.create(service.url());
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(
                Rendering.route(plan),
                uri.getAuthority(),
                plan.tenant().key(),
                body.contentType(),
                body.bytes().length);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body.bytes(), 0, body.bytes().length / 2);
      out.flush();
    } catch (IOException refused) {
      // Not even half of it arrived, which is as good.
    }
  }
}
