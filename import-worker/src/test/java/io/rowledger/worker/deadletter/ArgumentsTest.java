package io.rowledger.worker.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

  @Test
  void whatCanBeSaid() {
    assertThat(Arguments.parse(List.of("list")).replay()).isFalse();
    assertThat(Arguments.parse(List.of("replay", "--all")))
        .isEqualTo(new Arguments(true, true, List.of()));
    assertThat(Arguments.parse(List.of("replay", "record-0-17", "event-4")))
        .isEqualTo(new Arguments(true, false, List.of("record-0-17", "event-4")));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          "", needs to know what to do
          mend, cannot 'mend'
          LIST, cannot 'LIST'
          list all, 'all' is there
          replay, needs the ids
          replay --all event-4, not both
          replay 17, '17' is no id
          replay record-0, 'record-0' is no id
          replay event--4, 'event--4' is no id
          replay event-99999999999999999999, is no id
          """)
  void whatCannotBeMeantIsSaidInASentence(String words, String why) {
    List<String> arguments = words.isEmpty() ? List.of() : List.of(words.split(" ", -1));

    assertThatThrownBy(() -> Arguments.parse(arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
