/**
 * The launcher behind the README's first command: PostgreSQL, Kafka and both services as real
 * processes, and an import of samples. It knows the services only by their files, their environment
 * and their public HTTP API.
 */
@NullMarked
package io.rowledger.local;

import org.jspecify.annotations.NullMarked;
