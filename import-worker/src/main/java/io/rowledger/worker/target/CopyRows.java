package io.rowledger.worker.target;

import io.rowledger.core.sql.Tx;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteConverter;

/**
 * Rows in the binary format of {@code COPY … FROM STDIN} (PostgreSQL manual, "COPY", Binary
 * Format): about twice as fast as any INSERT (design, measured write paths). Fields are added in
 * the order of the columns. Not thread-safe.
 */
public final class CopyRows {

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
  };
  private static final int HEADER_BYTES = SIGNATURE.length + 2 * Integer.BYTES;
  private static final int SEND_BYTES = 64 * 1024;
  private static final int TYPICAL_ROW_BYTES = 384;
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
  private static final LocalDate EPOCH_DAY = LocalDate.of(2000, 1, 1);
  private static final byte JSONB_VERSION = 1;

  /** So many digits, and three more to fill up a digit of ten thousand, fit into a long. */
  private static final int SHORT_PRECISION = 15;

  private static final int BASE = 10_000;
  private static final int NEGATIVE = 0x4000;
  private static final long[] POWERS_OF_TEN = {1, 10, 100, 1_000};

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final String table;
  private final List<String> columns;

  /** By column: whether a row has a value there. */
  private final boolean[] used;

  private int column;

  /** Not a ByteArrayOutputStream: that takes a lock for each of some hundred bytes of a row. */
  private byte[] out;

  private int size;

  /**
   * Begins.
   *
   * @param columns every column with a volatile default among them: where the server has to make
   *     one up, it inserts row by row, which takes a fifth more of its time
   * @param rows how many will come; a guess makes it only slower
   */
  public CopyRows(String table, List<String> columns, int rows) {
    this.table = table;
    this.columns = columns;
    this.used = new boolean[columns.size()];
    this.out = new byte[1_024 + rows * TYPICAL_ROW_BYTES];
    bytes(SIGNATURE);
    int32(0);
    int32(0);
  }

  public void beginRow() {
    column = 0;
    int16(used.length);
  }

  public void text(@Nullable String value) {
    if (value == null) {
      absent();
      return;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    present(bytes.length);
    bytes(bytes);
  }

  public void jsonb(@Nullable String value) {
    if (value == null) {
      absent();
      return;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    present(bytes.length + 1);
    int8(JSONB_VERSION);
    bytes(bytes);
  }

  public void uuid(@Nullable UUID value) {
    if (value == null) {
      absent();
      return;
    }
    present(16);
    int64(value.getMostSignificantBits());
    int64(value.getLeastSignificantBits());
  }

  public void integer(int value) {
    present(4);
    int32(value);
  }

  public void integer(@Nullable Integer value) {
    if (value == null) {
      absent();
      return;
    }
    integer(value.intValue());
  }

  public void bool(@Nullable Boolean value) {
    if (value == null) {
      absent();
      return;
    }
    present(1);
    int8(value ? 1 : 0);
  }

  /** Digits of ten thousand, as PostgreSQL keeps a {@code numeric}. */
  public void numeric(BigDecimal value) {
    int scale = value.scale();
    if (value.precision() > SHORT_PRECISION || scale < 0 || scale > SHORT_PRECISION) {
      byte[] bytes = ByteConverter.numeric(value);
      present(bytes.length);
      bytes(bytes);
      return;
    }
    // The driver's way divides BigIntegers, which was a fifth of the time of a row.
    long digits = value.unscaledValue().longValue();
    int behindPoint = (scale + 3) / 4;
    long rest = Math.abs(digits) * POWERS_OF_TEN[behindPoint * 4 - scale];
    int lowest = 0;
    while (rest != 0 && rest % BASE == 0) {
      rest /= BASE;
      lowest++;
    }
    int count = 0;
    for (long left = rest; left != 0; left /= BASE) {
      count++;
    }
    present(8 + 2 * count);
    int16(count);
    int16(count == 0 ? 0 : count + lowest - behindPoint - 1);
    int16(digits < 0 ? NEGATIVE : 0);
    int16(scale);
    ensure(2 * count);
    for (int at = count - 1; at >= 0; at--) {
      SHORT.set(out, size + 2 * at, (short) (rest % BASE));
      rest /= BASE;
    }
    size += 2 * count;
  }

  /** A {@code timestamptz}; what is finer than a microsecond is cut off. */
  public void timestamp(Instant value) {
    present(8);
    // Instant.until counts nanoseconds on the way, which overflow 292 years from the epoch.
    long seconds = value.getEpochSecond() - EPOCH.getEpochSecond();
    int64(seconds * 1_000_000 + value.getNano() / 1_000);
  }

  public void date(@Nullable LocalDate value) {
    if (value == null) {
      absent();
      return;
    }
    present(4);
    int32(Math.toIntExact(EPOCH_DAY.until(value, ChronoUnit.DAYS)));
  }

  /** Sends all rows. */
  public void send(Tx tx) {
    int16(-1);
    leaveOutUnused();
    String copy =
        IntStream.range(0, used.length)
            .filter(at -> used[at])
            .mapToObj(columns::get)
            .collect(
                Collectors.joining(", ", "COPY " + table + " (", ") FROM STDIN (FORMAT binary)"));
    tx.withConnection(
        connection -> {
          CopyIn copyIn = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
          try {
            for (int from = 0; from < size; from += SEND_BYTES) {
              copyIn.writeToCopy(out, from, Math.min(SEND_BYTES, size - from));
            }
            return copyIn.endCopy();
          } finally {
            if (copyIn.isActive()) {
              copyIn.cancelCopy();
            }
          }
        });
  }

  /**
   * Takes the columns out in which no row has a value. Most files fill a third of them, and the
   * server's work on an absent field is a good part of that on a present one.
   */
  private void leaveOutUnused() {
    // COPY wants one at least.
    used[0] = true;
    int left = 0;
    for (boolean some : used) {
      left += some ? 1 : 0;
    }
    if (left == used.length) {
      return;
    }
    int from = HEADER_BYTES;
    int to = HEADER_BYTES;
    while ((short) SHORT.get(out, from) >= 0) {
      SHORT.set(out, to, (short) left);
      from += Short.BYTES;
      to += Short.BYTES;
      for (boolean some : used) {
        int length = Integer.BYTES + Math.max(0, (int) INT.get(out, from));
        if (some) {
          System.arraycopy(out, from, out, to, length);
          to += length;
        }
        from += length;
      }
    }
    SHORT.set(out, to, (short) -1);
    size = to + Short.BYTES;
  }

  private void absent() {
    column++;
    int32(-1);
  }

  private void present(int length) {
    used[column++] = true;
    int32(length);
  }

  private void int8(int value) {
    ensure(1);
    out[size++] = (byte) value;
  }

  private void int16(int value) {
    ensure(Short.BYTES);
    SHORT.set(out, size, (short) value);
    size += Short.BYTES;
  }

  private void int32(int value) {
    ensure(Integer.BYTES);
    INT.set(out, size, value);
    size += Integer.BYTES;
  }

  private void int64(long value) {
    ensure(Long.BYTES);
    LONG.set(out, size, value);
    size += Long.BYTES;
  }

  private void bytes(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, out, size, value.length);
    size += value.length;
  }

  private void ensure(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(size + more, out.length * 2));
    }
  }
}
