/**
 * A real PostgreSQL, a real Kafka broker and a real OIDC server without Docker, each of which can
 * be stopped and started in place. Tests use them through {@link
 * io.rowledger.testkit.RowledgerStack}, the launcher one by one.
 */
@NullMarked
package io.rowledger.testkit;

import org.jspecify.annotations.NullMarked;
