/** Says whether this process can work. Liveness has nothing to do with others. */
@NullMarked
package io.rowledger.worker.health;

import org.jspecify.annotations.NullMarked;
