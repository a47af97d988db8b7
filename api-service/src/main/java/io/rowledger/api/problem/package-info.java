/** Refusals: one table of codes, one exception, one mapper, one body (contract section 2). */
@NullMarked
package io.rowledger.api.problem;

import org.jspecify.annotations.NullMarked;
