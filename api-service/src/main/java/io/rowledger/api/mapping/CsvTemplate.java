package io.rowledger.api.mapping;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.rowledger.core.mapping.Field;
import io.rowledger.core.mapping.FieldCatalog;
import io.rowledger.core.mapping.FieldType;
import io.rowledger.core.mapping.MappingTarget;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A file in the platform's own format to fill in: a column for each field of the catalog, and two
 * rows that import. Made from the catalog, so that it cannot fall behind it.
 */
enum CsvTemplate {
  TRANSACTIONS("transactions", "transaction_batch", MappingTarget.TRANSACTION),
  ENTITIES("entities", "entity_automatic", MappingTarget.ENTITY_MIXED),
  USER_EVENTS("user-events", "user_event_batch", MappingTarget.USER_EVENT);

  /**
   * What the two rows hold where the type of the field does not say it. Entities that a transaction
   * or an event refers to must exist, so a template refers to none that it does not bring along.
   */
  private static final Map<String, List<String>> EXAMPLES =
      Map.ofEntries(
          row("transaction.externalId", "TX-0001", "TX-0002"),
          row("transaction.description", "Invoice 17", "Rent of January"),
          row("transaction.category", "services", "housing"),
          row("transaction.channel", "web", "app"),
          row("transaction.originName", "Ana Souza", "Jacarandá Ltda"),
          row("transaction.originCountry", "BR", "BR"),
          row("transaction.destinationName", "Viña Andina SpA", "Luis Pérez"),
          row("transaction.destinationCountry", "CL", "MX"),
          row("entity.taxId", "52998224725", "11222333000181"),
          row("entity.name", "Ana Souza", "Jacarandá Ltda"),
          row("entity.countryCode", "BR", "BR"),
          row("entity.externalId", "CUST-0001", "CUST-0002"),
          row("entity.phone", "+55 11 91234-5678", ""),
          row("entity.entityData.person.firstName", "Ana", ""),
          row("entity.entityData.person.lastName", "Souza", ""),
          row("entity.entityData.person.dateOfBirth", "1980-05-17", ""),
          row("entity.entityData.person.nationality", "BR", ""),
          row("entity.entityData.person.occupation", "engineer", ""),
          row("entity.entityData.person.income", "5200.00", ""),
          row("entity.entityData.person.address", "Rua Augusta 1, São Paulo", ""),
          row("entity.entityData.company.legalName", "", "Jacarandá Comércio Ltda"),
          row("entity.entityData.company.tradeName", "", "Jacarandá"),
          row("entity.entityData.company.incorporationDate", "", "2001-03-01"),
          row("entity.entityData.company.industry", "", "retail"),
          row("entity.entityData.company.employeeCount", "", "12"),
          row("entity.entityData.company.revenue", "", "1250000.00"),
          row("entity.entityData.company.address", "", "Av. Paulista 1000, São Paulo"),
          row("user_event.eventId", "EV-0001", "EV-0002"),
          row("user_event.eventType", "LOGIN", "PASSWORD_CHANGE"),
          row("user_event.taxId", "52998224725", "52998224725"),
          row("user_event.taxIdCountry", "BR", "BR"),
          row("user_event.userId", "ana", "ana"),
          row("user_event.deviceId", "device-1", "device-1"),
          row("user_event.ipAddress", "203.0.113.7", "203.0.113.7"));

  private static final Map<FieldType, List<String>> BY_TYPE =
      Map.ofEntries(
          Map.entry(FieldType.DECIMAL, List.of("1250.00", "99.90")),
          Map.entry(FieldType.INTEGER, List.of("0", "3")),
          Map.entry(FieldType.BOOLEAN, List.of("true", "false")),
          Map.entry(FieldType.INSTANT, List.of("2026-01-31T12:00:00Z", "2026-01-31T18:30:00Z")),
          Map.entry(FieldType.DATE, List.of("2026-01-31", "2026-01-31")),
          Map.entry(FieldType.COUNTRY, List.of("BR", "")),
          Map.entry(FieldType.CURRENCY, List.of("USD", "BRL")),
          Map.entry(FieldType.EMAIL, List.of("ana@example.com", "")),
          Map.entry(FieldType.OBJECT, List.of("{\"note\": \"any JSON object\"}", "")));

  private static final List<String> BLANK = List.of("", "");

  private final String name;
  private final String wireKind;
  private final MappingTarget target;

  CsvTemplate(String name, String wireKind, MappingTarget target) {
    this.name = name;
    this.wireKind = wireKind;
    this.target = target;
  }

  /** By the name of the kind in routes or in jobs; empty for no kind. */
  static Optional<CsvTemplate> of(String kind) {
    for (CsvTemplate template : values()) {
      if (template.name.equals(kind) || template.wireKind.equals(kind)) {
        return Optional.of(template);
      }
    }
    return Optional.empty();
  }

  String fileName() {
    return name + "-template.csv";
  }

  /** The file. */
  String csv() {
    List<String> header = new ArrayList<>();
    List<List<String>> rows = List.of(new ArrayList<>(), new ArrayList<>());
    for (Field field : columns()) {
      header.add(header(field));
      List<String> examples = examples(field);
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).add(examples.get(i));
      }
    }
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      csv.writeRecord(header);
      rows.forEach(csv::writeRecord);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  // An object whose keys are known is spread over them.
  private List<Field> columns() {
    FieldCatalog catalog = FieldCatalog.of(target);
    List<Field> columns = new ArrayList<>();
    for (Field field : catalog.fields()) {
      List<Field> members =
          catalog.members().stream()
              .filter(member -> member.name().startsWith(field.name() + "."))
              .toList();
      if (members.isEmpty()) {
        columns.add(field);
      }
      members.stream().filter(member -> isLeaf(member, members)).forEach(columns::add);
    }
    return columns;
  }

  private static boolean isLeaf(Field member, List<Field> members) {
    return members.stream().noneMatch(other -> other.name().startsWith(member.name() + "."));
  }

  // The published file of entities has its own names.
  private String header(Field field) {
    if (target != MappingTarget.ENTITY_MIXED) {
      return field.name();
    }
    String name = field.name().equals("name") ? "suggestedName" : field.name();
    return name.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private List<String> examples(Field field) {
    String kind = target.isEntity() ? "entity" : target.wireName();
    List<String> own = EXAMPLES.get(kind + "." + field.name());
    if (own != null) {
      return own;
    }
    if (field.type() == FieldType.CHOICE) {
      List<String> values = field.values();
      return List.of(values.get(0), values.get(Math.min(1, values.size() - 1)));
    }
    return BY_TYPE.getOrDefault(field.type(), BLANK);
  }

  private static Map.Entry<String, List<String>> row(String field, String first, String second) {
    return Map.entry(field, List.of(first, second));
  }
}
