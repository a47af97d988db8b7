/** Says whether this process should get requests. Liveness has nothing to do with others. */
@NullMarked
package io.rowledger.api.health;

import org.jspecify.annotations.NullMarked;
