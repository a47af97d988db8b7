package io.rowledger.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of the two sets of values, and both ways to render it. */
enum Overlay {
  DEV("rowledger-dev", "values-dev.yaml"),
  PRODUCTION("rowledger", null);

  // Read by every test, and changed by none: they break copies.
  private static final Map<Overlay, Rendering> KUSTOMIZE = new ConcurrentHashMap<>();
  private static final Map<Overlay, Rendering> HELM = new ConcurrentHashMap<>();

  private static final String CHART = "deploy/helm/rowledger";

  /** Of the cluster that Helm believes in; it knows none here. */
  static final String KUBERNETES = "1.34.0";

  private static final String DIGEST = "# sha256 of the sources: ";

  private final String namespace;
  private final Optional<String> values;

  Overlay(String namespace, @Nullable String values) {
    this.namespace = namespace;
    this.values = Optional.ofNullable(values);
  }

  private String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  private Path kustomization() {
    return Repository.path("deploy/kubernetes/overlays/" + id());
  }

  private Path written() {
    return Repository.path("deploy/kubernetes/rendered/" + id() + ".yaml");
  }

  /** What Kustomize made of the overlay when it was last asked. */
  Rendering kustomize() {
    return KUSTOMIZE.computeIfAbsent(
        this, overlay -> new Rendering(namespace, Manifest.parse(Repository.read(written()))));
  }

  Rendering helm() {
    return HELM.computeIfAbsent(
        this, overlay -> new Rendering(namespace, Manifest.parse(helmText())));
  }

  private String helmText() {
    TemplateCommand template =
        new Helm(Repository.path(CHART))
            .template()
            .withName("rowledger")
            .withNamespace(namespace)
            .withKubeVersion(KUBERNETES);
    values.ifPresent(file -> template.withValuesFile(Repository.path(CHART + "/" + file)));
    return template.call();
  }

  /** Of all files that Kustomize reads for this overlay. */
  String digestOfSources() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String directory :
          List.of("deploy/kubernetes/base", "deploy/kubernetes/overlays/" + id())) {
        for (Path file : Repository.files(directory)) {
          digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
          digest.update(Files.readAllBytes(file));
          digest.update((byte) 0);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  /** What the written rendering says that it was made of. */
  String digestInRendering() {
    return Repository.read(written())
        .lines()
        .filter(line -> line.startsWith(DIGEST))
        .map(line -> line.substring(DIGEST.length()))
        .findFirst()
        .orElse("none");
  }

  /** What Kustomize makes of the overlay now; empty where there is no kubectl. */
  Optional<String> askKubectl() throws InterruptedException {
    try {
      Process kubectl =
          new ProcessBuilder("kubectl", "kustomize", kustomization().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!kubectl.waitFor(30, TimeUnit.SECONDS) || kubectl.exitValue() != 0) {
        throw new AssertionError("kubectl kustomize failed for " + kustomization());
      }
      return Optional.of(output);
    } catch (IOException e) {
      // Not installed.
      return Optional.empty();
    }
  }

  void write(String rendered) throws IOException {
    KUSTOMIZE.remove(this);
    Files.createDirectories(written().getParent());
    Files.writeString(
        written(),
        "# Made of deploy/kubernetes/overlays/%s; do not edit: docs/kubernetes.md.\n"
                .formatted(id())
            + DIGEST
            + digestOfSources()
            + "\n"
            + rendered);
  }
}
