package io.rowledger.core.mapping;

import static io.rowledger.core.mapping.MappingJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingParseTest {

  private static final String CARDS =
      """
      {'version': 2, 'unknownColumns': 'reject', 'fields': {
        'externalId': {'template': '{Day}-{Payer}-{#row}'},
        'amount': {'column': 'Total', 'decimal': ','},
        'transactedAt': {'columns': ['Day', 'Hour'], 'join': ' ',
                         'format': 'yyyy-MM-dd HH:mm', 'zone': 'America/Sao_Paulo'},
        'type': {'column': 'Kind', 'values': {'Cash': 'WITHDRAWAL'}, 'default': 'PAYMENT'},
        'metadata.source': {'constant': 'branch'},
        'currency': {'constant': 'USD'}}}
      """;

  private static List<MappingProblem> problems(String columnMapping, MappingTarget target) {
    MappingException refused =
        catchThrowableOfType(
            MappingException.class, () -> Mapping.parse(json(columnMapping), target, Map.of()));
    assertThat(refused).as(columnMapping).isNotNull();
    return refused.problems();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CARDS,
        "{'Id': 'externalId', 'Kind': 'type', 'Total': 'amount', 'Notes': null}",
        "{'Shop': 'metadata.shop.name', 'version': 'metadata.version'}",
        "{}"
      })
  void aSnapshotReadsBackAsTheSameMapping(String columnMapping) {
    Mapping mapping =
        Mapping.parse(json(columnMapping), MappingTarget.TRANSACTION, Map.of("currency", "EUR"));

    Mapping readBack = Mapping.fromJson(json(mapping.toJson().toString()));

    assertThat(readBack).isEqualTo(mapping);
    assertThat(readBack.toJson()).isEqualTo(mapping.toJson());
    assertThat(readBack.unknownColumns()).isEqualTo(mapping.unknownColumns());
  }

  @Test
  void thePlatformMappingReadsBackToo() {
    Mapping mapping = Mapping.platform(MappingTarget.ENTITY_MIXED);

    assertThat(Mapping.fromJson(mapping.toJson())).isEqualTo(mapping);
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    String broken =
        """
        {'version': 2, 'extra': 1, 'unknownColumns': 'maybe', 'fields': {
          'externlId': {'column': 'Id'},
          'amount': {'column': 'Total', 'decimal': ';', 'format': 'yyyy-MM-dd'},
          'transactedAt': {'column': 'Day', 'format': 'yyyy-bb', 'zone': 'Mars/Olympus'},
          'type': {'constant': 'GIFT', 'values': {'a': 'NOPE'}},
          'currency': {'column': 'C', 'constant': 'USD'},
          'reason': {'template': '{Day'},
          'channel': {'columns': []}}}
        """;

    List<MappingProblem> problems = problems(broken, MappingTarget.TRANSACTION);

    assertThat(problems)
        .extracting(MappingProblem::path)
        .containsExactlyInAnyOrder(
            "/columnMapping/extra",
            "/columnMapping/unknownColumns",
            "/columnMapping/fields/externlId",
            "/columnMapping/fields/amount/decimal",
            "/columnMapping/fields/amount/format",
            "/columnMapping/fields/transactedAt/format",
            "/columnMapping/fields/transactedAt/zone",
            "/columnMapping/fields/type/values/a",
            "/columnMapping/fields/type/constant",
            "/columnMapping/fields/currency",
            "/columnMapping/fields/reason/template",
            "/columnMapping/fields/channel/columns");
    assertThat(problems).anyMatch(p -> p.message().contains("did you mean externalId?"));
    assertThat(problems).anyMatch(p -> p.message().contains("Mars/Olympus"));
    assertThat(problems).anyMatch(p -> p.message().contains("yyyy-bb"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'version': 3, 'fields': {}} | /columnMapping/version",
        "{'version': 2} | /columnMapping/fields",
        "{'A': 'amount', 'B': 'amount'} | /columnMapping/B",
        "{'A': 7} | /columnMapping/A",
        "{'A/B~': 'nothing'} | /columnMapping/A~1B~0",
        "[] | /columnMapping",
        "{'A': 'metadata.'} | /columnMapping/A",
        "{'A': 'metadata..b'} | /columnMapping/A",
        "{'A': 'amount.cents'} | /columnMapping/A",
        "{'version': 2, 'fields': {'reason': {'constant': 'a\\u0000b'}}} | /columnMapping",
        "{'version': 2, 'fields': {'reason': {'constant': '\\ud800'}}} | /columnMapping",
        "{'version': 2, 'fields': {'transactedAt': {'column': 'A', 'format': 'HH:mm'}}}"
            + " | /columnMapping/fields/transactedAt/format",
      })
  void whatCannotBeUsedIsNamed(String columnMapping, String path) {
    assertThat(problems(columnMapping, MappingTarget.TRANSACTION))
        .extracting(MappingProblem::path)
        .containsExactly(path);
  }

  @Test
  void entityDataIsAClosedObjectWithOpenAddresses() {
    assertThat(problems("{'A': 'entityData.persn.firstName'}", MappingTarget.ENTITY_PERSON))
        .hasSize(1);
    Mapping mapping =
        Mapping.parse(
            json("{'A': 'entityData.person.address.city', 'B': 'entity_data.person.first_name'}"),
            MappingTarget.ENTITY_PERSON,
            Map.of());
    assertThat(mapping.bind(List.of("A", "B")).columnToField())
        .containsEntry("A", "entityData.person.address.city")
        .containsEntry("B", "entityData.person.firstName");
  }

  @Test
  void defaultFieldsMustBeFieldsAndLegal() {
    MappingException refused =
        catchThrowableOfType(
            MappingException.class,
            () ->
                Mapping.parse(
                    json("{}"),
                    MappingTarget.TRANSACTION,
                    Map.of("nothing", "x", "type", "GIFT", "currency", "USD")));

    assertThat(refused.problems())
        .extracting(MappingProblem::path)
        .containsExactlyInAnyOrder("/defaultFields/nothing", "/defaultFields/type");
  }
}
