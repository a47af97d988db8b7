/** Entities into their table: who is there already, and who has another type. */
@NullMarked
package io.rowledger.worker.entity;

import org.jspecify.annotations.NullMarked;
