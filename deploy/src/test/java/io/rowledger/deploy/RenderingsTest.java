package io.rowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kustomize and Helm say the same. Helm is asked here; Kustomize was asked when its rendering was
 * written ({@code -Drowledger.write-manifests=true}), and is asked again where there is a kubectl.
 */
class RenderingsTest {

  @ParameterizedTest
  @EnumSource
  void theChartRendersWhatTheOverlayRenders(Overlay overlay) {
    Map<String, ObjectNode> chart = byId(overlay.helm());
    Map<String, ObjectNode> kustomize = byId(overlay.kustomize());

    assertThat(chart.keySet()).containsExactlyInAnyOrderElementsOf(kustomize.keySet());
    kustomize.forEach((id, object) -> assertThat(chart.get(id)).as(id).isEqualTo(object));
  }

  @ParameterizedTest
  @EnumSource
  void theWrittenRenderingIsWhatKustomizeRenders(Overlay overlay)
      throws IOException, InterruptedException {
    Optional<String> rendered = overlay.askKubectl();
    assumeTrue(rendered.isPresent(), "There is no kubectl here.");
    if (Boolean.getBoolean("rowledger.write-manifests")) {
      overlay.write(rendered.get());
    }

    Rendering now = new Rendering("", Manifest.parse(rendered.get()));

    assertThat(byId(overlay.kustomize())).isEqualTo(byId(now));
  }

  @ParameterizedTest
  @EnumSource
  void theWrittenRenderingIsOfTheseSources(Overlay overlay) {
    assertThat(overlay.digestInRendering())
        .as("Write it anew, with a kubectl: docs/kubernetes.md")
        .isEqualTo(overlay.digestOfSources());
  }

  @Test
  void theChartHasNothingThatHelmWarnsOf() {
    LintResult lint = new Helm(Repository.path("deploy/helm/rowledger")).lint().strict().call();

    assertThat(lint.isFailed()).as(lint.getMessages().toString()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "image.tag, latest",
    "api.minReplicas, 0",
    "api.replicas, 2",
    "config.api.QUARKUS_DATASOURCE_PASSWORD, secret",
    "scaler.sslmode, disable",
    "ingress.paths[0], q",
  })
  void valuesThatMakeNoSenseAreRefused(String name, String value) {
    TemplateCommand template =
        new Helm(Repository.path("deploy/helm/rowledger"))
            .template()
            .withNamespace("rowledger")
            .withKubeVersion(Overlay.KUBERNETES)
            .set(name, value);

    assertThatThrownBy(template::call).hasMessageContaining("schema");
  }

  private static Map<String, ObjectNode> byId(Rendering rendering) {
    Function<Manifest, String> id = object -> object.type() + "/" + object.name();
    // Throws when an object is there twice.
    return rendering.manifests().stream().collect(Collectors.toMap(id, Manifest::json));
  }
}
