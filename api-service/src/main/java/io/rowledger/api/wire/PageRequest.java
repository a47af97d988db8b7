package io.rowledger.api.wire;

import io.rowledger.api.problem.ProblemException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that is ordered by id, newest first: ids rise with time, so a page is a range
 * of them, and rows that come meanwhile neither move nor double the rest.
 *
 * @param size most items, 1 to {@value #MAX_SIZE}
 * @param before only items with a smaller id; empty for the first page
 */
public record PageRequest(int size, Optional<UUID> before) {

  static final int DEFAULT_SIZE = 50;
  static final int MAX_SIZE = 500;

  /** The smallest id that does not belong to the page; for a query without a special first page. */
  private static final UUID END = new UUID(-1L, -1L);

  /**
   * A page and how to get the next one.
   *
   * @param nextPageToken null on the last page
   */
  public record Page<T>(List<T> items, @Nullable String nextPageToken) {}

  /**
   * Reads the two query parameters; null means that the parameter was not sent.
   *
   * @throws ProblemException when one of them cannot be read
   */
  public static PageRequest of(@Nullable String pageSize, @Nullable String pageToken) {
    return new PageRequest(
        PageSize.of(pageSize, DEFAULT_SIZE, MAX_SIZE),
        Optional.ofNullable(pageToken).map(PageRequest::id));
  }

  /** The bound for the query: items with {@code id < beforeId}. */
  public UUID beforeId() {
    return before.orElse(END);
  }

  /**
   * Cuts the page from {@code found}, which holds up to {@code size + 1} items in order.
   *
   * @param id the id that the list is ordered by
   */
  public <T> Page<T> page(List<T> found, Function<T, UUID> id) {
    if (found.size() <= size) {
      return new Page<>(found, null);
    }
    List<T> items = found.subList(0, size);
    return new Page<>(items, token(id.apply(items.get(size - 1))));
  }

  private static String token(UUID id) {
    return PageToken.write(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits()));
  }

  private static UUID id(String token) {
    ByteBuffer bytes = PageToken.read(token, 16);
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
