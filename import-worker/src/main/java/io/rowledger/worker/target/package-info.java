/** Where records land: checked against the live tables, then copied, inside a chunk transaction. */
@NullMarked
package io.rowledger.worker.target;

import org.jspecify.annotations.NullMarked;
