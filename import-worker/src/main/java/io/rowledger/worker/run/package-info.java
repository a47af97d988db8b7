/**
 * Takes a job, reads its chunks, and commits them one transaction at a time, until the job ends or
 * the lease does.
 */
@NullMarked
package io.rowledger.worker.run;

import org.jspecify.annotations.NullMarked;
