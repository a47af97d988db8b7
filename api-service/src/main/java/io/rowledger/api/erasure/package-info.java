/** Forgetting what was in the files of a job, long before its time is over. */
@NullMarked
package io.rowledger.api.erasure;

import org.jspecify.annotations.NullMarked;
