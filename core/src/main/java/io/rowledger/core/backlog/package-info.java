/** How much waits, as one look at the tables says. */
@NullMarked
package io.rowledger.core.backlog;

import org.jspecify.annotations.NullMarked;
