package io.rowledger.core.userevent;

import io.rowledger.core.entity.EntityReference;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A user event that passed validation. All texts can be stored: no NUL, no broken surrogates.
 *
 * @param eventId 1 to 256 characters; unique in its organisation
 * @param eventType upper case, digits and single underscores, at most 100 characters
 * @param entity whose event it is; never nobody. Its country is that of the tax id and never the
 *     event's own
 * @param userId at most 256 characters
 * @param timestamp years 1 to 9999, microseconds; the time of acceptance when the row has none
 * @param eventDate years 1 to 9999
 * @param deviceId at most 256 characters
 * @param deviceDetailsJson a JSON object
 * @param ipAddress IPv4 or IPv6, as the row has it
 * @param country where it happened: ISO 3166-1 alpha-2, upper case
 * @param failedAttemptsCount at least 0
 * @param destinationAccountId at most 256 characters
 * @param destinationCuit at most 64 characters
 * @param previousValue at most 4000 characters
 * @param metadataJson a JSON object
 * @param userAgent at most 2000 characters
 */
public record UserEventRecord(
    @Nullable String eventId,
    String eventType,
    EntityReference entity,
    @Nullable String userId,
    Instant timestamp,
    @Nullable LocalDate eventDate,
    @Nullable String deviceId,
    @Nullable String deviceDetailsJson,
    @Nullable String ipAddress,
    @Nullable String country,
    @Nullable Boolean isVpn,
    @Nullable Boolean isProxy,
    @Nullable Boolean isNewDevice,
    @Nullable Integer failedAttemptsCount,
    @Nullable String destinationAccountId,
    @Nullable String destinationCuit,
    @Nullable String previousValue,
    @Nullable String metadataJson,
    @Nullable String userAgent) {}
