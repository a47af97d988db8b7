/**
 * Everything at once: a load of jobs of every kind, faults from a seed, callers that check every
 * answer, and at the end a comparison of what was accepted with what is there.
 */
@NullMarked
package io.rowledger.system.chaos;

import org.jspecify.annotations.NullMarked;
