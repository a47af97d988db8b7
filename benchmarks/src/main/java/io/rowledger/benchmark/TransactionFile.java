package io.rowledger.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;

/**
 * The same transactions as the file that a caller uploads and as what {@code COPY} takes, so that
 * both write the same rows. Keys rise with the row.
 *
 * @param upload CSV with a header, fields named as the API names them
 * @param copy the columns {@link #COPY_COLUMNS}, PostgreSQL's text format
 */
record TransactionFile(Path upload, Path copy, int rows) {

  static final String COPY_COLUMNS =
      "id, organization_id, job_id, file_number, row_number, external_id, type, amount, currency,"
          + " status, description, transacted_at, channel, created_at";

  private static final String[] TYPES = {"PAYMENT", "TRANSFER", "WITHDRAWAL", "DEPOSIT", "FEE"};
  private static final String[] CURRENCIES = {"USD", "EUR", "BRL", "MXN", "ARS"};
  private static final String[] CHANNELS = {"web", "mobile", "branch", "api"};

  /**
   * Writes both.
   *
   * @param badPerThousand rows whose currency is none
   * @param repeatedPerThousand rows that repeat the key of the row before
   */
  static TransactionFile write(
      Path directory, String name, int rows, int badPerThousand, int repeatedPerThousand) {
    Path upload = directory.resolve(name + ".csv");
    Path copy = directory.resolve(name + ".copy");
    Random random = new Random(7);
    String organization = UUID.randomUUID().toString();
    String job = UUID.randomUUID().toString();
    try (Writer csv = Files.newBufferedWriter(upload, StandardCharsets.UTF_8);
        Writer text = Files.newBufferedWriter(copy, StandardCharsets.UTF_8)) {
      csv.write(
          "external_id,type,amount,currency,status,description,transacted_at,channel\n");
      int key = 0;
      for (int row = 1; row <= rows; row++) {
        int fate = random.nextInt(1000);
        boolean bad = fate < badPerThousand;
        boolean repeated = !bad && fate < badPerThousand + repeatedPerThousand;
        if (!repeated || key == 0) {
          key = row;
        }
        String externalId = "%s-%09d".formatted(name, key);
        String type = TYPES[random.nextInt(TYPES.length)];
        String amount = random.nextInt(1_000_000) + "." + (10 + random.nextInt(90));
        String currency = CURRENCIES[random.nextInt(CURRENCIES.length)];
        String channel = CHANNELS[random.nextInt(CHANNELS.length)];
        String description = "Invoice " + random.nextInt(100_000_000);
        String at =
            "2026-%02d-%02dT%02d:%02d:%02dZ"
                .formatted(
                    1 + random.nextInt(10),
                    1 + random.nextInt(28),
                    random.nextInt(24),
                    random.nextInt(60),
                    random.nextInt(60));
        csv.write(
            String.join(
                ",",
                externalId,
                type,
                amount,
                bad ? "?" : currency,
                "SUCCESSFUL",
                description,
                at,
                channel));
        csv.write('\n');
        text.write(
            String.join(
                "\t",
                timeOrdered(row, random),
                organization,
                job,
                "1",
                Integer.toString(row + 1),
                "%s-%09d".formatted(name, row),
                type,
                amount,
                currency,
                "SUCCESSFUL",
                description,
                at,
                channel,
                "2026-11-01T00:00:00Z"));
        text.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TransactionFile(upload, copy, rows);
  }

  /** A UUIDv7, as the worker makes them: random ones cost the baseline a third. */
  private static String timeOrdered(int row, Random random) {
    long time = 1_790_000_000_000L + row / 100;
    long high = (time << 16) | 0x7000L | ((row % 100L) << 4) | random.nextInt(16);
    long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
