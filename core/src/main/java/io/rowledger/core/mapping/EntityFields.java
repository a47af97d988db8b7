package io.rowledger.core.mapping;

import java.util.List;

/** The fields of an entity (contract section 9). */
final class EntityFields {

  static final List<Field> ALL =
      List.of(
          Field.choice("type", "person", "company").mandatory().alias("entityType"),
          Field.text("taxId", 64).mandatory(),
          Field.text("name", 512).alias("suggestedName"),
          Field.of("countryCode", FieldType.COUNTRY).alias("country"),
          Field.text("externalId", 256).defaulting("generated"),
          Field.choice(
                  "status",
                  "active",
                  "inactive",
                  "blocked",
                  "under_review",
                  "suspended",
                  "expired",
                  "deleted",
                  "rejected")
              .defaulting("under_review"),
          Field.of("isClient", FieldType.BOOLEAN),
          Field.of("nationality", FieldType.COUNTRY),
          Field.of("email", FieldType.EMAIL),
          Field.text("phone", 64),
          Field.of("registrationDate", FieldType.DATE),
          Field.of("attributes", FieldType.OBJECT),
          Field.of("riskFactors", FieldType.OBJECT),
          Field.of("entityData", FieldType.OBJECT));

  static final List<Field> MEMBERS =
      List.of(
          Field.of("entityData.person", FieldType.OBJECT),
          Field.text("entityData.person.firstName", 256),
          Field.text("entityData.person.lastName", 256),
          Field.of("entityData.person.dateOfBirth", FieldType.DATE),
          Field.of("entityData.person.nationality", FieldType.COUNTRY),
          Field.text("entityData.person.occupation", 256),
          Field.of("entityData.person.income", FieldType.DECIMAL),
          Field.objectOrText("entityData.person.address", 1000),
          Field.of("entityData.company", FieldType.OBJECT),
          Field.text("entityData.company.legalName", 512),
          Field.text("entityData.company.tradeName", 512),
          Field.of("entityData.company.incorporationDate", FieldType.DATE),
          Field.text("entityData.company.industry", 256),
          Field.of("entityData.company.employeeCount", FieldType.INTEGER),
          Field.of("entityData.company.revenue", FieldType.DECIMAL),
          Field.objectOrText("entityData.company.address", 1000));

  private EntityFields() {}
}
