/**
 * Jobs: what they are, how they move, and the one table that decides. State transitions are pure;
 * SQL is in the repositories.
 */
@NullMarked
package io.rowledger.core.job;

import org.jspecify.annotations.NullMarked;
