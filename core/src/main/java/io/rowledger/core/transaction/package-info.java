/** Transactions: the record, its fields and its rules (contract section 9). Pure. */
@NullMarked
package io.rowledger.core.transaction;

import org.jspecify.annotations.NullMarked;
