package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.testkit.Certificates;
import io.rowledger.testkit.EmbeddedKafkaBroker;
import io.rowledger.testkit.EmbeddedPostgresServer;
import io.rowledger.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Everything on the wire is encrypted and everybody has to log in: Kafka takes TLS with
 * SCRAM-SHA-512 only, PostgreSQL TLS with SCRAM-SHA-256 only, the API speaks HTTPS only. The
 * machine's language is Turkish, in which libraries below us misread the names of settings. It has
 * servers of its own, so it may run beside any other class.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("encrypted") // so that its own tests run one after the other
class EncryptedIT {
  private static final String KAFKA_PASSWORD = "of-kafka-" + UUID.randomUUID();
  private static final String DATABASE_PASSWORD = "of-the-database-" + UUID.randomUUID();
  private static final String ADMIN_KEY = "rl_test_" + "a".repeat(43);
  private static final String KEY = "rl_test_" + "k".repeat(43);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Clients that talk to us say a hundred lines at their start; held, as loggers are weak. */
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  @TempDir private static Path directory;

  private static Certificates certificates;
  private static Certificates ofSomebodyElse;
  private static EmbeddedPostgresServer postgres;
  private static EmbeddedKafkaBroker kafka;

  @BeforeAll
  static void start() throws IOException, SQLException {
    KAFKA.setLevel(Level.WARNING);
    certificates = Certificates.make(Files.createDirectory(directory.resolve("ours")), "localhost");
    CompletableFuture<Void> broker =
        CompletableFuture.runAsync(
            () ->
                kafka =
                    EmbeddedKafkaBroker.builder()
                        .secured(certificates, "rowledger", KAFKA_PASSWORD)
                        .start());
    ofSomebodyElse =
        Certificates.make(Files.createDirectory(directory.resolve("theirs")), "localhost");
    startPostgres();
    broker.join();
  }

  private static void startPostgres() throws IOException, SQLException {
    Path data = directory.resolve("postgres");
    postgres =
        EmbeddedPostgresServer.builder()
            .dataDirectory(data)
            .setting("ssl", "on")
            .setting("ssl_cert_file", certificates.certificate().toString())
            .setting("ssl_key_file", certificates.key().toString())
            .setting("password_encryption", "scram-sha-256")
            .start();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE rowledger LOGIN PASSWORD '%s'".formatted(DATABASE_PASSWORD));
      statement.execute("CREATE DATABASE rowledger OWNER rowledger");
      // From here on nobody comes in without TLS, not even we.
      Files.writeString(data.resolve("pg_hba.conf"), "hostssl all all all scram-sha-256\n");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  @AfterAll
  static void stop() {
    if (kafka != null) {
      kafka.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void anImportGoesThroughWithEverythingEncrypted() throws Exception {
    int port = FreePorts.next();
    // Where no worker has ever read: whoever is the first begins there, and not behind it.
    send(EmbeddedKafkaBroker.TICKETS, "no ticket");
    try (ServiceProcess api =
            ServiceProcess.start("api-service", log("api"), apiEnvironment(port));
        ServiceProcess worker =
            ServiceProcess.start("import-worker", log("worker"), environment(FreePorts.next()))) {
      // Given
      Api caller = new Api("https://localhost:" + port, KEY, trusting(certificates));
      await("the API is ready")
          .atMost(PATIENCE)
          .until(() -> isReady("https://localhost:" + port) || !api.isAlive());

      // When
      String jobId =
          caller.accepted(Api.TRANSACTIONS, Generated.transactions("encrypted", 3_000), Map.of());

      // Then
      JsonNode job =
          await("the job ends")
              .atMost(PATIENCE)
              .until(() -> caller.job(jobId), it -> !it.path("completedAt").isNull());
      assertThat(job.path("status").asText()).as(worker.log()).isEqualTo("completed");
      assertThat(job.path("succeeded").asInt()).isEqualTo(3_000);
      // The relay's producer and, for the record that is no ticket, both of the channel's clients.
      await("the end is told")
          .atMost(PATIENCE)
          .until(
              () ->
                  read(EmbeddedKafkaBroker.JOB_EVENTS).stream()
                      .anyMatch(record -> header(record, "ce_type").contains("completed")));
      await("what is no ticket is put aside")
          .atMost(PATIENCE)
          .until(() -> !read(EmbeddedKafkaBroker.DEAD_LETTER).isEmpty());
      assertThat(connectionsInTheClear()).isZero();
      // The guard of connections stands behind TLS, too, and answers promise to stay with it.
      Api.Answer tooLong = caller.get("/" + "x".repeat(10_000));
      assertThat(tooLong.status()).isEqualTo(414);
      assertThat(tooLong.body().path("error").path("code").asText()).isEqualTo("VALIDATION_ERROR");
      assertThat(caller.get("/organization").headers().firstValue("Strict-Transport-Security"))
          .hasValue("max-age=31536000");
      assertThat(api.log() + worker.log())
          .doesNotContain(KAFKA_PASSWORD)
          .doesNotContain(DATABASE_PASSWORD);
    }
  }

  @Test
  void aStrangersCertificateAWrongNameAndAWrongPasswordAreRefused() {
    // Given
    Map<String, String> stranger = new HashMap<>(environment(FreePorts.next()));
    stranger.put("KAFKA_SSL_TRUSTSTORE_LOCATION", ofSomebodyElse.authority().toString());
    stranger.put("QUARKUS_DATASOURCE_JDBC_URL", jdbcUrl("localhost", ofSomebodyElse));
    Map<String, String> wrongName = new HashMap<>(environment(FreePorts.next()));
    wrongName.put(
        "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers().replace("localhost", "127.0.0.1"));
    wrongName.put("QUARKUS_DATASOURCE_JDBC_URL", jdbcUrl("127.0.0.1", certificates));
    Map<String, String> wrongPassword = new HashMap<>(environment(FreePorts.next()));
    wrongPassword.put("KAFKA_SASL_JAAS_CONFIG", login("not-" + KAFKA_PASSWORD));
    wrongPassword.put("QUARKUS_DATASOURCE_PASSWORD", "not-" + DATABASE_PASSWORD);

    // When
    try (ServiceProcess a = ServiceProcess.start("import-worker", log("stranger"), stranger);
        ServiceProcess b = ServiceProcess.start("import-worker", log("wrong-name"), wrongName);
        ServiceProcess c =
            ServiceProcess.start("import-worker", log("wrong-password"), wrongPassword)) {
      // Then
      assertRefused(a, stranger, "PKIX path", "PKIX path");
      assertRefused(b, wrongName, "127.0.0.1 found", "could not be verified");
      assertRefused(
          c, wrongPassword, "Authentication failed", "password authentication failed for user");
      assertThat(c.log()).doesNotContain(KAFKA_PASSWORD).doesNotContain(DATABASE_PASSWORD);
    }
  }

  private static void assertRefused(
      ServiceProcess service, Map<String, String> environment, String ofKafka, String ofPostgres) {
    await("both are refused, and it is said why")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(service.log())
                    .containsPattern("Kafka cannot be used: .*" + ofKafka)
                    .containsPattern("PostgreSQL cannot be used .*" + ofPostgres));
    assertThat(isReady("http://localhost:" + environment.get("QUARKUS_HTTP_PORT"))).isFalse();
    assertThat(service.isAlive()).isTrue();
  }

  private static Map<String, String> apiEnvironment(int port) {
    Map<String, String> environment = new HashMap<>(environment(port));
    environment.remove("QUARKUS_HTTP_PORT");
    environment.put("QUARKUS_HTTP_SSL_PORT", Integer.toString(port));
    environment.put("QUARKUS_HTTP_INSECURE_REQUESTS", "disabled");
    environment.put("QUARKUS_HTTP_SSL_CERTIFICATE_FILES", certificates.certificate().toString());
    environment.put("QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES", certificates.key().toString());
    environment.put("QUARKUS_OIDC_TENANT_ENABLED", "false");
    environment.put("ROWLEDGER_BOOTSTRAP_ADMIN_KEY", ADMIN_KEY);
    environment.put("ROWLEDGER_BOOTSTRAP_ORGANIZATION", "encrypted");
    environment.put("ROWLEDGER_BOOTSTRAP_API_KEY", KEY);
    return environment;
  }

  /** What docs/tls.md says, for either service. */
  private static Map<String, String> environment(int port) {
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_HTTP_HOST", "localhost");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", jdbcUrl("localhost", certificates));
    environment.put("QUARKUS_DATASOURCE_USERNAME", "rowledger");
    environment.put("QUARKUS_DATASOURCE_PASSWORD", DATABASE_PASSWORD);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    environment.put("ROWLEDGER_STARTUP_ALLOW", EmbeddedKafkaBroker.ALLOW);
    environment.put("KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
    environment.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
    environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", certificates.authority().toString());
    environment.put("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512");
    environment.put("KAFKA_SASL_JAAS_CONFIG", login(KAFKA_PASSWORD));
    environment.put("ROWLEDGER_CRYPTO_MASTER_KEY", "A".repeat(43) + "=");
    return environment;
  }

  private static String jdbcUrl(String host, Certificates trusted) {
    return "jdbc:postgresql://%s:%d/rowledger?sslmode=verify-full&sslrootcert=%s"
        .formatted(host, postgres.port(), trusted.authority());
  }

  private static String login(String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"rowledger\" password=\"%s\";"
        .formatted(password);
  }

  /** Connections of the services; ours are among them. */
  private static long connectionsInTheClear() {
    return new Table(
            jdbcUrl("localhost", certificates) + "&user=rowledger&password=" + DATABASE_PASSWORD)
        .count(
            """
            SELECT count(*) FROM pg_stat_activity AS a LEFT JOIN pg_stat_ssl AS s USING (pid)
             WHERE a.usename = 'rowledger' AND a.client_addr IS NOT NULL AND s.ssl IS NOT TRUE
            """);
  }

  private static void send(String topic, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            kafka.clientSettings(), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static List<ConsumerRecord<String, String>> read(String topic) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            kafka.clientSettings(), new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<String, String>> records = new java.util.ArrayList<>();
      Map<TopicPartition, Long> ends = consumer.endOffsets(Set.copyOf(partitions));
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static boolean isReady(String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      HttpResponse<Void> answer = trusting(certificates).send(request, BodyHandlers.discarding());
      return answer.statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpClient trusting(Certificates certificates) {
    try (var pem = Files.newInputStream(certificates.authority())) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .sslContext(context)
          .build();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path log(String name) {
    try {
      Path logs = Path.of(System.getProperty("rowledger.work")).resolve("encrypted/logs");
      return Files.createDirectories(logs).resolve(name + ".log");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
