/**
 * Looks at the settings of Kafka and PostgreSQL before a process begins, and refuses those with
 * which a promise of this software would not hold.
 */
@NullMarked
package io.rowledger.core.startup;

import org.jspecify.annotations.NullMarked;
