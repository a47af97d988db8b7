package io.rowledger.core.event;

import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.testing.TestDatabase;
import io.rowledger.core.testing.TestKafka;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class RelayThroughputTest {
  private static final TestDatabase DATABASE = TestDatabase.create();

  @Test
  void measure() throws Exception {
    String topic = "bench-" + UUID.randomUUID();
    try (Admin admin = Admin.create(TestKafka.settings())) {
      admin.createTopics(List.of(new NewTopic(topic, 6, (short) 1))).all().get();
    }
    EventsConfig config =
        new EventsConfig() {
          @Override public String topic() { return topic; }
          @Override public String source() { return "/test"; }
          @Override public Duration relayEvery() { return Duration.ofMillis(200); }
          @Override public Duration progressEvery() { return Duration.ofSeconds(5); }
          @Override public Duration sendTimeout() { return Duration.ofSeconds(10); }
        };
    Database database = DATABASE.database();
    OutboxRelay relay = new OutboxRelay(database, new Schema(database), new Outbox(), config, TestKafka.settings());
    StringBuilder out = new StringBuilder();
    for (int run = 0; run < 4; run++) {
      for (int jobs : new int[] {20000, 6667, 100, 1}) {
        DATABASE.execute("""
            TRUNCATE outbox;
            INSERT INTO outbox (event_id, job_id, organization_id, event_type, job_kind, data)
            SELECT gen_random_uuid(), md5((n %% %d)::text)::uuid, gen_random_uuid(), 'io.rowledger.job.progress.v1', 'transaction_batch',
                   repeat('x', 1200) FROM generate_series(1, 20000) n;
            ANALYZE outbox
            """.formatted(jobs));
        long start = System.nanoTime();
        int sent = 0;
        for (int n = relay.relay(); n > 0; n = relay.relay()) {
          sent += n;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        out.append("run %d jobs %d: %d events %.0f/s%n".formatted(run, jobs, sent, sent / seconds));
      }
    }
    java.nio.file.Files.writeString(java.nio.file.Path.of("/tmp/bench/out-" + System.currentTimeMillis() + ".txt"), out);
  }
}
