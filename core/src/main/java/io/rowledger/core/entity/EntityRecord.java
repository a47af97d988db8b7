package io.rowledger.core.entity;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An entity that passed validation. All texts can be stored: no NUL, no broken surrogates.
 *
 * @param externalId at most 256 characters, unique in its organisation; null = to be generated
 * @param type person or company
 * @param taxId in the stored form of its country, see {@link TaxIds}; at most 32 characters
 * @param countryCode ISO 3166-1 alpha-2, upper case
 * @param name at most 512 characters; never null in manual mode
 * @param status lower case; under_review when neither row nor request has one
 * @param nationality ISO 3166-1 alpha-2, upper case
 * @param email at most 320 characters
 * @param phone at most 64 characters
 * @param registrationDate years 1 to 9999
 * @param attributesJson a JSON object: the row's, then what only the request has
 * @param riskFactorsJson a JSON object
 * @param entityDataJson a JSON object
 */
public record EntityRecord(
    @Nullable String externalId,
    String type,
    String taxId,
    String countryCode,
    @Nullable String name,
    String status,
    @Nullable Boolean isClient,
    @Nullable String nationality,
    @Nullable String email,
    @Nullable String phone,
    @Nullable LocalDate registrationDate,
    @Nullable String attributesJson,
    @Nullable String riskFactorsJson,
    @Nullable String entityDataJson) {}
