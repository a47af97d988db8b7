/** Transactions into their table: parties resolved to entities, duplicates found. */
@NullMarked
package io.rowledger.worker.transaction;

import org.jspecify.annotations.NullMarked;
