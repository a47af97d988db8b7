/** How much waits in the whole installation, for whoever watches it. */
@NullMarked
package io.rowledger.api.backlog;

import org.jspecify.annotations.NullMarked;
