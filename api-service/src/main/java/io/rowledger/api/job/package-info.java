/** Jobs as callers see them: one row of the job table, read by its id (contract section 4). */
@NullMarked
package io.rowledger.api.job;

import org.jspecify.annotations.NullMarked;
