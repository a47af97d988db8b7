package io.rowledger.core.startup;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the broker what topics are like. */
@ApplicationScoped
class KafkaTopics {

  private static final int PATIENCE_MILLIS = 4_000;

  private final Map<String, Object> kafka;

  KafkaTopics(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.kafka = kafka;
  }

  /** The broker does not answer. */
  static final class AwayException extends Exception {
    private static final long serialVersionUID = 1L;

    AwayException(Throwable cause) {
      super(cause);
    }
  }

  /** The broker does not let us look. */
  static final class NotAllowedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotAllowedException(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The topics that are there. */
  Map<String, TopicSettings> read(Collection<String> names)
      throws AwayException, NotAllowedException, InterruptedException {
    Map<String, TopicSettings> found = new HashMap<>();
    try (Closing admin = new Closing(Admin.create(settings()))) {
      Map<String, KafkaFuture<TopicDescription>> described =
          admin.client().describeTopics(names).topicNameValues();
      for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : described.entrySet()) {
        try {
          TopicDescription description = topic.getValue().get();
          found.put(
              topic.getKey(),
              new TopicSettings(replicas(description), config(admin.client(), topic.getKey())));
        } catch (ExecutionException e) {
          if (e.getCause() instanceof AuthorizationException) {
            throw new NotAllowedException(e.getCause());
          }
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
            throw new AwayException(e.getCause());
          }
        }
      }
    } catch (KafkaException e) {
      throw new AwayException(e);
    }
    return found;
  }

  private static int replicas(TopicDescription topic) {
    return topic.partitions().stream()
        .mapToInt(partition -> partition.replicas().size())
        .min()
        .orElse(0);
  }

  private static Map<String, String> config(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    Map<String, String> values = new HashMap<>();
    for (ConfigEntry entry : config.entries()) {
      if (entry.value() != null) {
        values.put(entry.name(), entry.value());
      }
    }
    return values;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    // What else is set there is meant for producers and consumers, and would be warned of.
    settings.keySet().retainAll(AdminClientConfig.configNames());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS / 2);
    settings.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, "rowledger-startup");
    return settings;
  }

  /** Does not wait for requests that nobody answers. */
  private record Closing(Admin client) implements AutoCloseable {
    @Override
    public void close() {
      client.close(Duration.ZERO);
    }
  }
}
