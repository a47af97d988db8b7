/**
 * Column mappings (contract section 7): from the cells of a raw row to the fields of a record.
 * Pure.
 */
@NullMarked
package io.rowledger.core.mapping;

import org.jspecify.annotations.NullMarked;
