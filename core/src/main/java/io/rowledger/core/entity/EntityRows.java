package io.rowledger.core.entity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.FieldCatalog;
import io.rowledger.core.mapping.FieldReader;
import io.rowledger.core.mapping.FreeForm;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.row.RowRefusals;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** From rows to entities: the rules of contract section 9. */
public final class EntityRows {

  private static final FieldCatalog CATALOG = FieldCatalog.ENTITY;
  private static final int TYPE = CATALOG.index("type");
  private static final int TAX_ID = CATALOG.index("taxId");
  private static final int NAME = CATALOG.index("name");
  private static final int COUNTRY = CATALOG.index("countryCode");
  private static final int EXTERNAL_ID = CATALOG.index("externalId");
  private static final int STATUS = CATALOG.index("status");
  private static final int IS_CLIENT = CATALOG.index("isClient");
  private static final int NATIONALITY = CATALOG.index("nationality");
  private static final int EMAIL = CATALOG.index("email");
  private static final int PHONE = CATALOG.index("phone");
  private static final int REGISTRATION_DATE = CATALOG.index("registrationDate");
  private static final int ATTRIBUTES = CATALOG.index("attributes");
  private static final int RISK_FACTORS = CATALOG.index("riskFactors");
  private static final int ENTITY_DATA = CATALOG.index("entityData");
  private static final String DEFAULT_STATUS = "under_review";

  private EntityRows() {}

  /** A parser for the rows of one file; may be used by several threads. */
  public static RowParser<EntityRecord> parser(BoundMapping mapping, EntityOptions options) {
    return row -> parse(mapping, options, row);
  }

  private static Checked<EntityRecord> parse(
      BoundMapping mapping, EntityOptions options, RawRow row) {
    if (row.malformed() != null) {
      return RowRefusals.malformed(row.malformed());
    }
    FieldReader fields = new FieldReader(mapping.map(row));
    String type = type(fields, mapping.target());
    String country = country(fields, options);
    String taxId = taxId(fields, country, type);
    String name = fields.text(NAME);
    if (fields.raw(NAME) == null && options.importMode() == ImportMode.MANUAL) {
      fields.refuseAbsent(NAME, "a name is required in manual mode");
    }
    String externalId = fields.text(EXTERNAL_ID);
    String status = fields.choice(STATUS);
    Boolean client = fields.bool(IS_CLIENT);
    String nationality = fields.country(NATIONALITY);
    String email = fields.email(EMAIL);
    String phone = fields.text(PHONE);
    LocalDate registered = fields.date(REGISTRATION_DATE);
    String attributes = attributes(fields, options);
    String riskFactors = fields.objectText(RISK_FACTORS);
    String entityData = fields.objectText(ENTITY_DATA);

    RowProblem problem = fields.problem();
    if (problem != null || type == null || country == null || taxId == null) {
      return RowRefusals.invalid(taxId == null ? fields.raw(TAX_ID) : taxId, type, problem);
    }
    return new Checked.Valid<>(
        new EntityRecord(
            externalId,
            type,
            taxId,
            country,
            name,
            status != null ? status : or(options.status(), DEFAULT_STATUS),
            client != null ? client : options.isClient(),
            nationality != null ? nationality : options.nationality(),
            email,
            phone,
            registered,
            attributes,
            riskFactors,
            entityData));
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  private static @Nullable String type(FieldReader fields, MappingTarget target) {
    String type = fields.choice(TYPE);
    String only =
        switch (target) {
          case ENTITY_PERSON -> "person";
          case ENTITY_COMPANY -> "company";
          default -> null;
        };
    if (type != null && only != null && !only.equals(type)) {
      fields.refuse(TYPE, "is not valid: expected " + only + ", as the mapping is for these only.");
    }
    return type;
  }

  // The mapping's own default is already in the field; the request comes last.
  private static @Nullable String country(FieldReader fields, EntityOptions options) {
    String country = fields.country(COUNTRY);
    if (country != null || fields.raw(COUNTRY) != null) {
      return country;
    }
    if (options.country() == null) {
      fields.refuseAbsent(
          COUNTRY, "a country is required in the row, in the mapping or with the request");
    }
    return options.country();
  }

  private static @Nullable String taxId(
      FieldReader fields, @Nullable String country, @Nullable String type) {
    String raw = fields.text(TAX_ID);
    // Without its country a tax id can be neither right nor wrong.
    if (raw == null || country == null) {
      return null;
    }
    TaxIds.Result result = TaxIds.normalize(country, raw, type);
    if (result.expected() != null) {
      fields.refuse(TAX_ID, "is not valid: expected " + result.expected() + ".");
    }
    return result.taxId();
  }

  private static @Nullable String attributes(FieldReader fields, EntityOptions options) {
    ObjectNode own = fields.object(ATTRIBUTES);
    if (options.attributes() == null) {
      return own == null ? null : own.toString();
    }
    if (own == null) {
      return options.attributes().toString();
    }
    FreeForm.fill(own, options.attributes());
    return own.toString();
  }
}
