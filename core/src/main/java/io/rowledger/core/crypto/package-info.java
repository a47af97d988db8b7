/** Data keys of uploads: made, wrapped with the master key, forgotten. Pure. */
@NullMarked
package io.rowledger.core.crypto;

import org.jspecify.annotations.NullMarked;
