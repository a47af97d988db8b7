package io.rowledger.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationsTest {

  private static final Path MIGRATIONS = Path.of("src", "main", "resources", "db", "migration");

  /** A number too high, and every worker would wait for ever; too low, and it would not wait. */
  @Test
  void theSchemaThatIsNeededIsTheNewestThereIs() throws IOException {
    List<Integer> versions;
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      versions =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("V"))
              .map(name -> Integer.valueOf(name.substring(1, name.indexOf("__"))))
              .sorted()
              .toList();
    }

    assertThat(versions).doesNotHaveDuplicates().last().isEqualTo(Schema.NEEDED);
  }
}
