/** Keeping what rows hold out of where it does not belong. */
@NullMarked
package io.rowledger.core.privacy;

import org.jspecify.annotations.NullMarked;
