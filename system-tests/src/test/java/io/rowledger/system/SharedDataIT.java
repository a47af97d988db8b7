package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Files that others made: each row arrives as the file says, and a second upload changes nothing.
 */
class SharedDataIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");

  private static final String ACCOUNTS =
      """
      {"version": 2, "fields": {
        "taxId":       {"column": "ACCOUNT_ID"},
        "externalId":  {"column": "ACCOUNT_ID"},
        "name":        {"column": "PRIMARY_CUSTOMER_ID"},
        "countryCode": {"constant": "US"},
        "type":        {"column": "business", "values": {"I": "person"}, "default": "company"}}}
      """;

  private static final String TRANSFERS =
      """
      {"version": 2, "fields": {
        "externalId":            {"column": "TXN_ID"},
        "amount":                {"column": "TXN_AMOUNT_ORIG"},
        "currency":              {"constant": "USD"},
        "originExternalId":      {"column": "ACCOUNT_ID"},
        "destinationExternalId": {"column": "COUNTER_PARTY_ACCOUNT_NUM"},
        "type": {"column": "TXN_SOURCE_TYPE_CODE",
                 "values": {"DEPOSIT": "DEPOSIT", "WIRE": "TRANSFER"}, "default": "PAYMENT"}}}
      """;

  private static final String PAYMENTS =
      """
      {"version": 2, "fields": {
        "externalId":            {"template": "{Date}-{Sender_account}-{Receiver_account}-{#row}"},
        "amount":                {"column": "Amount"},
        "currency":              {"column": "Payment_currency"},
        "transactedAt":          {"columns": ["Date", "Time"], "join": " ",
                                  "format": "yyyy-MM-dd HH:mm", "zone": "America/Sao_Paulo"},
        "originExternalId":      {"column": "Sender_account"},
        "destinationExternalId": {"column": "Receiver_account"},
        "type": {"column": "Payment_type",
                 "values": {"Cash": "WITHDRAWAL", "ACH Transfer": "TRANSFER", "Cross-Border": "TRANSFER"},
                 "default": "PAYMENT"}}}
      """;

  private static Stack stack;

  @BeforeAll
  static void start() {
    assumeTrue(Files.isDirectory(data()), "The data sets are not beside this repository");
    stack = Stacks.oneWorker();
  }

  @Test
  void transactionsReferToAccountsThatWereImportedBefore() {
    // Given
    Stack.Tenant tenant = stack.newTenant();
    Map<String, String> entityForm = Map.of("columnMapping", ACCOUNTS);
    Map<String, String> transactionForm =
        Map.of("columnMapping", TRANSFERS, "validateExistingEntity", "true");

    // When
    JsonNode accounts = imported(tenant, Api.ENTITIES, "amlsim-accounts.csv", entityForm);
    JsonNode transfers = imported(tenant, Api.TRANSACTIONS, "amlsim-tx.csv", transactionForm);

    // Then
    assertCounts(accounts, 30, 0);
    assertCounts(transfers, 45, 0);
    assertThat(
            stack
                .table()
                .count(
                    """
                    SELECT count(*) FROM transactions t
                      JOIN entities o ON o.id = t.origin_entity_id AND o.external_id = t.origin_external_id
                      JOIN entities d ON d.id = t.destination_entity_id AND d.external_id = t.destination_external_id
                     WHERE t.organization_id = ? AND o.organization_id = ? AND d.organization_id = ?
                    """,
                    tenant.id(),
                    tenant.id(),
                    tenant.id()))
        .isEqualTo(45);
    assertThat(
            stack
                .table()
                .count(
                    "SELECT count(*) FROM entities WHERE organization_id = ? AND type = 'person'"
                        + " AND country_code = 'US' AND tax_id = external_id AND name = 'C_' || tax_id",
                    tenant.id()))
        .isEqualTo(30);

    // When sent again
    JsonNode accountsAgain = imported(tenant, Api.ENTITIES, "amlsim-accounts.csv", entityForm);
    JsonNode transfersAgain = imported(tenant, Api.TRANSACTIONS, "amlsim-tx.csv", transactionForm);

    // Then
    assertCounts(accountsAgain, 0, 30);
    assertCounts(transfersAgain, 0, 45);
    assertAllSkipped(accountsAgain, "SKIPPED_DUPLICATE_TAX_ID", 30);
    assertAllSkipped(transfersAgain, "SKIPPED_DUPLICATE_EXTERNAL_ID", 45);
    assertThat(rows("entities", tenant)).isEqualTo(30);
    assertThat(rows("transactions", tenant)).isEqualTo(45);
  }

  @Test
  void amountsCurrenciesAndTimesEqualTheFiles() throws IOException {
    // Given
    Stack.Tenant tenant = stack.newTenant();
    Map<String, String> form = Map.of("columnMapping", PAYMENTS, "validateExistingEntity", "false");

    // When
    JsonNode job = imported(tenant, Api.TRANSACTIONS, "aml-transactions-5000.csv", form);

    // Then
    assertCounts(job, 5000, 0);
    stack.table().assertEachRowOnce("transactions", job.path("jobId").asText(), 5000, 0, 0);
    List<Payment> expected = paymentsOf(data().resolve("aml-transactions-5000.csv"));
    assertThat(expected).hasSize(5000);
    assertThat(storedPayments(job)).isEqualTo(expected);

    // When sent again
    JsonNode again = imported(tenant, Api.TRANSACTIONS, "aml-transactions-5000.csv", form);

    // Then
    assertCounts(again, 0, 5000);
    assertAllSkipped(again, "SKIPPED_DUPLICATE_EXTERNAL_ID", 5000);
    assertThat(rows("transactions", tenant)).isEqualTo(5000);
  }

  private record Payment(
      int line,
      String externalId,
      BigDecimal amount,
      String currency,
      Instant at,
      String type,
      String origin,
      String destination) {}

  /** The file has no quotes, so that its lines can be cut at commas. */
  private static List<Payment> paymentsOf(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).noneMatch(line -> line.contains("\""));
    List<Payment> payments = new ArrayList<>();
    for (int line = 2; line <= lines.size(); line++) {
      String[] cells = lines.get(line - 1).split(",", -1);
      String type =
          switch (cells[9]) {
            case "Cash" -> "WITHDRAWAL";
            case "ACH Transfer", "Cross-Border" -> "TRANSFER";
            default -> "PAYMENT";
          };
      Instant at =
          LocalDate.parse(cells[0]).atTime(LocalTime.parse(cells[1])).atZone(ZONE).toInstant();
      payments.add(
          new Payment(
              line,
              "%s-%s-%s-%s".formatted(cells[0], cells[2], cells[3], Integer.toString(line)),
              new BigDecimal(cells[4]).stripTrailingZeros(),
              cells[5],
              at,
              type,
              cells[2],
              cells[3]));
    }
    return payments;
  }

  private static List<Payment> storedPayments(JsonNode job) {
    return stack
        .table()
        .all(
            """
            SELECT row_number, external_id, amount, currency, transacted_at, type,
                   origin_external_id, destination_external_id
              FROM transactions WHERE job_id = ? ORDER BY row_number
            """,
            row ->
                new Payment(
                    row.getInt(1),
                    row.getString(2),
                    row.getBigDecimal(3).stripTrailingZeros(),
                    row.getString(4),
                    row.getObject(5, OffsetDateTime.class).toInstant(),
                    row.getString(6),
                    row.getString(7),
                    row.getString(8)),
            jobId(job));
  }

  private static JsonNode imported(
      Stack.Tenant tenant, String route, String file, Map<String, String> form) {
    String jobId = tenant.api().accepted(route, data().resolve(file), form);
    try (Poller poller = new Poller(tenant.api(), jobId)) {
      return poller.toEnd(PATIENCE);
    }
  }

  private static void assertCounts(JsonNode job, int succeeded, int skipped) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.path("totalItems").asInt()).isEqualTo(succeeded + skipped);
    assertThat(job.path("succeeded").asInt()).isEqualTo(succeeded);
    assertThat(job.path("skipped").asInt()).isEqualTo(skipped);
    assertThat(job.path("failed").asInt()).isZero();
    assertThat(job.path("unprocessed").asInt()).isZero();
  }

  private static void assertAllSkipped(JsonNode job, String code, int rows) {
    assertThat(
            stack
                .table()
                .count(
                    "SELECT count(*) FROM import_row_result WHERE job_id = ?"
                        + " AND outcome = 'skipped' AND code = ?",
                    jobId(job),
                    code))
        .isEqualTo(rows);
  }

  private static long rows(String table, Stack.Tenant tenant) {
    return stack
        .table()
        .count("SELECT count(*) FROM " + table + " WHERE organization_id = ?", tenant.id());
  }

  private static UUID jobId(JsonNode job) {
    return UUID.fromString(job.path("jobId").asText());
  }

  /** Beside the repository, or where the property {@code rowledger.shared-data} says. */
  private static Path data() {
    String given = System.getProperty("rowledger.shared-data");
    return given != null
        ? Path.of(given)
        : Path.of(System.getProperty("rowledger.root")).resolve("../shared/data").normalize();
  }
}
