/** Forgetting what has been kept for as long as its organisation wants it to be. */
@NullMarked
package io.rowledger.api.retention;

import org.jspecify.annotations.NullMarked;
