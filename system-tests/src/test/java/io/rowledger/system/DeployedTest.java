package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DeployedTest {

  @Test
  void everyAlertHasAnEntryInTheRunbookAndEveryEntryAnAlert() {
    List<String> entries =
        Deployed.read("docs/runbook.md")
            .lines()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .toList();

    assertThat(Deployed.alerts()).extracting(Deployed.Alert::name).hasSizeGreaterThan(15);
    assertThat(entries)
        .containsExactlyElementsOf(Deployed.alerts().stream().map(Deployed.Alert::name).toList());
    assertThat(Deployed.alerts())
        .allSatisfy(
            alert ->
                assertThat(alert.runbook())
                    .isEqualTo("docs/runbook.md#" + alert.name().toLowerCase(Locale.ROOT)));
  }

  @Test
  void anExpressionIsAskedForItsMetricsAndNotForItsLabels() {
    assertThat(
            Deployed.metricsOf(
                "sum by (process_id) (rate(http_server_requests_seconds_bucket{job=\"kafka_x\"}[5m]))"
                    + " / rowledger_slots > 0 and absent(up{a=\"b\"} == 1)"))
        .containsExactly("http_server_requests_seconds_bucket", "rowledger_slots", "up");
  }
}
