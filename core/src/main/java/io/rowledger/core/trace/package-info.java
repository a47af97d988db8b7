/** A trace as it is written down, so that another process can go on with it later. */
@NullMarked
package io.rowledger.core.trace;

import org.jspecify.annotations.NullMarked;
