package io.rowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code rowledger.*} in the manual are the Javadoc of the settings. {@code
 * -Drowledger.write-configuration=true} writes them anew.
 */
class ConfigurationManualTest {

  private static final String MANUAL = "docs/configuration.md";

  private static final Pattern TABLE =
      Pattern.compile("(?s)<!-- (rowledger\\.[a-z-]+) -->\n(.*?)<!-- end -->");

  private final Map<String, Settings> settings = Settings.ofAllServices();
  private final String manual = Repository.read(MANUAL);

  @Test
  void everyMappingHasItsTable() {
    List<String> tables =
        TABLE.matcher(manual).results().map(table -> table.group(1)).sorted().toList();

    assertThat(settings).hasSizeGreaterThan(15);
    assertThat(tables).containsExactlyElementsOf(settings.keySet());
  }

  @Test
  void theTablesAreTheJavadocOfTheSettings() throws IOException {
    String anew = TABLE.matcher(manual).replaceAll(this::table);

    if (Boolean.getBoolean("rowledger.write-configuration")) {
      Files.writeString(Repository.path(MANUAL), anew);
    }
    assertThat(Repository.path(MANUAL))
        .as("run this test with -Drowledger.write-configuration=true, and read the difference")
        .hasContent(anew);
  }

  private String table(MatchResult old) {
    Settings of = settings.get(old.group(1));
    assertThat(of).as(old.group(1)).isNotNull();
    return Matcher.quoteReplacement(
        "<!-- %s -->\n%s<!-- end -->".formatted(of.prefix(), of.asTable()));
  }

  @Test
  void everyDangerThatCanBeAllowedIsExplained() {
    List<String> dangers = new ArrayList<>();
    Matcher named =
        Pattern.compile("`((?:kafka|postgresql)-[a-z-]+)`")
            .matcher(manual.replaceAll("`, `", "` `"));
    while (named.find()) {
      dangers.add(named.group(1));
    }
    Matcher known =
        Pattern.compile("\\{@code\\s+(?:\\* +)?((?:kafka|postgresql)-[a-z-]+)}")
            .matcher(
                Repository.read("core/src/main/java/io/rowledger/core/startup/StartupConfig.java"));

    assertThat(known.results().map(danger -> danger.group(1)).toList())
        .hasSizeGreaterThan(12)
        .allSatisfy(danger -> assertThat(dangers).contains(danger));
  }

  @Test
  void aSettingSaysWhatAnOperatorTypes() {
    Setting setting =
        new Setting(
            "rowledger.rows.max-chunk-bytes", "int", Optional.of("524288"), false, "Most of it.");

    assertThat(setting.line())
        .isEqualTo(
            "| `rowledger.rows.max-chunk-bytes`<br>`ROWLEDGER_ROWS_MAX_CHUNK_BYTES` | number of"
                + " bytes | `524288` (512 KiB) | Most of it. |\n");
  }

  @Test
  void aNumberThatDoesNotSayWhatItCountsIsRefused() {
    Setting setting = new Setting("rowledger.a.b", "int", Optional.of("1"), false, "The limit.");

    assertThatThrownBy(setting::line).hasMessage("what does rowledger.a.b count?");
  }
}
