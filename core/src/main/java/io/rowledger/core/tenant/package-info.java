/** Organisations: whose data something is, and what they may send. */
@NullMarked
package io.rowledger.core.tenant;

import org.jspecify.annotations.NullMarked;
