package io.rowledger.core.transaction;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that passed validation. All texts can be stored: no NUL, no broken surrogates.
 *
 * @param externalId 1 to 256 characters; unique in its organisation
 * @param type one of the types of contract section 9, upper case
 * @param amount exact, at least 0, at most 38 digits before and 18 after the decimal sign
 * @param currency 3 or 4 letters, upper case
 * @param status upper case; CREATED when the row has none
 * @param paymentMethod upper case
 * @param description at most 4000 characters
 * @param category at most 256 characters
 * @param reason at most 1000 characters
 * @param transactedAt years 1 to 9999, microseconds; the time of acceptance when the row has none
 * @param channel at most 50 characters
 * @param locationDetailsJson a JSON object
 * @param deviceDetailsJson a JSON object
 * @param metadataJson a JSON object
 */
public record TransactionRecord(
    String externalId,
    String type,
    BigDecimal amount,
    String currency,
    String status,
    @Nullable String paymentMethod,
    @Nullable String description,
    @Nullable String category,
    @Nullable String reason,
    Instant transactedAt,
    @Nullable String channel,
    Party origin,
    Party destination,
    @Nullable String locationDetailsJson,
    @Nullable String deviceDetailsJson,
    @Nullable String metadataJson) {}
