package io.rowledger.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the cluster would say of an object: fields that are not known, missing, or of another type.
 * Kubernetes' own kinds are checked by the classes that its project generates of its OpenAPI
 * description, Strimzi's by those that its definitions are generated of.
 */
final class Schemas {

  /** A generated check, which throws what it finds. */
  private interface Check {
    void of(JsonElement json) throws IOException;
  }

  private record Kind(Class<?> type, Check check) {}

  private static final Map<String, Kind> KUBERNETES =
      Map.of(
          "v1 ConfigMap", new Kind(V1ConfigMap.class, V1ConfigMap::validateJsonElement),
          "v1 Namespace", new Kind(V1Namespace.class, V1Namespace::validateJsonElement),
          "v1 Service", new Kind(V1Service.class, V1Service::validateJsonElement),
          "v1 ServiceAccount",
              new Kind(V1ServiceAccount.class, V1ServiceAccount::validateJsonElement),
          "apps/v1 Deployment", new Kind(V1Deployment.class, V1Deployment::validateJsonElement),
          "autoscaling/v2 HorizontalPodAutoscaler",
              new Kind(
                  V2HorizontalPodAutoscaler.class, V2HorizontalPodAutoscaler::validateJsonElement),
          "networking.k8s.io/v1 Ingress", new Kind(V1Ingress.class, V1Ingress::validateJsonElement),
          "networking.k8s.io/v1 NetworkPolicy",
              new Kind(V1NetworkPolicy.class, V1NetworkPolicy::validateJsonElement),
          "policy/v1 PodDisruptionBudget",
              new Kind(V1PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement));

  private static final Map<String, Class<?>> STRIMZI =
      Map.of(
          "kafka.strimzi.io/v1 KafkaTopic", KafkaTopic.class,
          "kafka.strimzi.io/v1 KafkaUser", KafkaUser.class);

  /** Strimzi's classes keep fields that they do not know, unless they are told not to. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private static final JsonSchema KEDA = keda();

  private Schemas() {}

  /** What is wrong; empty when it is valid. */
  static List<String> problems(Manifest object) {
    String type = object.type();
    if (KUBERNETES.containsKey(type)) {
      return kubernetes(KUBERNETES.get(type), object).stream().toList();
    }
    if (STRIMZI.containsKey(type)) {
      return strimzi(STRIMZI.get(type), object).stream().toList();
    }
    if (type.startsWith("keda.sh/")) {
      return KEDA.validate(object.json()).stream().map(ValidationMessage::getMessage).toList();
    }
    return List.of(object.id() + " has no schema: " + type);
  }

  private static Optional<String> kubernetes(Kind kind, Manifest object) {
    String json = object.json().toString();
    try {
      kind.check().of(JsonParser.parseString(json));
      // The generated checks leave numbers and booleans to the reader.
      Object read = JSON.deserialize(json, kind.type());
      return read == null ? Optional.of(object.id() + " is empty") : Optional.empty();
    } catch (IllegalArgumentException | JsonParseException e) {
      return Optional.of(object.id() + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> strimzi(Class<?> type, Manifest object) {
    try {
      // A word that is not on its list is read as nothing, without a complaint.
      JsonNode read = STRICT.valueToTree(STRICT.treeToValue(object.json(), type));
      Manifest given = object.copy();
      // The default, which is left out.
      given.json().findParents("patternType").stream()
          .filter(resource -> resource.path("patternType").asText().equals("literal"))
          .forEach(resource -> ((ObjectNode) resource).remove("patternType"));
      return read.path("spec").equals(given.at("/spec"))
          ? Optional.empty()
          : Optional.of(object.id() + " is understood as " + read.path("spec"));
    } catch (JsonProcessingException e) {
      return Optional.of(object.id() + ": " + e.getOriginalMessage());
    }
  }

  private static JsonSchema keda() {
    try (InputStream schema = Schemas.class.getResourceAsStream("/keda.schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
