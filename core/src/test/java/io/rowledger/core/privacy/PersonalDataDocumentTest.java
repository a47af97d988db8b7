package io.rowledger.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A table that nobody thought of when personal data was written down is how it is kept for ever.
 */
class PersonalDataDocumentTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "personal-data.md");

  @Test
  void everyTableIsInTheDocument() throws IOException {
    String document = Files.readString(DOCUMENT);
    List<String> tables =
        TestDatabase.create()
            .database()
            .transaction(
                tx ->
                    tx.query(
                        """
                        SELECT table_name FROM information_schema.tables
                         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                        """,
                        row -> row.getString(1)));

    assertThat(tables).contains("import_job");
    assertThat(tables)
        .allSatisfy(
            table ->
                assertThat(document).as(table).containsPattern("(?m)^\\| .*`" + table + "[`.]"));
  }
}
