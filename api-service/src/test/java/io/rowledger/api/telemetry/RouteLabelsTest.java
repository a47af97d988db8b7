package io.rowledger.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteLabelsTest {

  @Test
  void everyRouteOfTheApiDescriptionHasItsLabelAndNothingElseHas() throws IOException {
    List<String> paths =
        Files.readAllLines(Path.of("..", "docs", "openapi.yaml")).stream()
            .filter(line -> line.matches(" {2}\"?/.*:"))
            .map(line -> line.strip().replaceAll("[\":]", ""))
            .toList();

    assertThat(RouteLabels.ROUTES).containsExactlyInAnyOrderElementsOf(paths);
  }

  @ParameterizedTest
  @CsvSource({
    "/batch-import/jobs/{jobId}, /batch-import/jobs/{jobId}",
    "/transactions/external/{externalId: .+}, /transactions/external/{externalId}",
    "NOT_FOUND, NOT_FOUND",
    "/batch-import/jobs/01a20eb3-a636-7000-8fdd-7cefc0eed063, OTHER",
    "/transactions/external/a-key, OTHER",
    "/transactions?externalId=a-key, OTHER",
    "/transactions/external/a-key/{externalId}, OTHER",
  })
  void whatIsNoTemplateIsNoLabel(String uri, String label) {
    assertThat(RouteLabels.label(uri)).isEqualTo(label);
  }
}
