/** Takes away leases that ran out, so that nobody's death keeps a job. */
@NullMarked
package io.rowledger.worker.recovery;

import org.jspecify.annotations.NullMarked;
