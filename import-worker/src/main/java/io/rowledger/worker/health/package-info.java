/** Says whether this process is fit to work. */
@NullMarked
package io.rowledger.worker.health;

import org.jspecify.annotations.NullMarked;
