/** Entities: the record, its fields and its rules (contract section 9). Pure. */
@NullMarked
package io.rowledger.core.entity;

import org.jspecify.annotations.NullMarked;
