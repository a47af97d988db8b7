/**
 * Records that could not be understood: they are put aside with the reason, and sent again once the
 * cause is mended.
 */
@NullMarked
package io.rowledger.core.deadletter;

import org.jspecify.annotations.NullMarked;
