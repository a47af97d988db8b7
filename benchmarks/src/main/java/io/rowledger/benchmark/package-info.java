/**
 * Times the packaged services from outside, each figure beside a baseline taken in the same minute:
 * machines differ and are noisy, ratios less so.
 */
@NullMarked
package io.rowledger.benchmark;

import org.jspecify.annotations.NullMarked;
