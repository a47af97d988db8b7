/** The rows of a job, read back from where they lie, each with what became of it. */
@NullMarked
package io.rowledger.api.rows;

import org.jspecify.annotations.NullMarked;
