package io.rowledger.api.webhook;

/** Why a try to deliver failed, as the delivery log says it. */
enum DeliveryError {
  /** The endpoint answered, but not with 2xx. */
  HTTP_STATUS,
  /** The endpoint answered 3xx; redirects are never followed. */
  REDIRECT,
  /** The endpoint answered 410 and was disabled. */
  GONE,
  TIMEOUT,
  /** No connection, or it broke. */
  CONNECTION,
  /** The certificate is not trusted or is for another host. */
  TLS,
  UNKNOWN_HOST,
  /** The URL, or an address of its host, is none that may be called. */
  TARGET_REFUSED,
  /** The secret was sealed with another master key. */
  SECRET_UNREADABLE,
  /** The endpoint was disabled or deleted when the delivery became due. */
  ENDPOINT_DISABLED
}
