/** What the worker's tests share: a migrated database and records that are good to begin with. */
@NullMarked
package io.rowledger.worker.testing;

import org.jspecify.annotations.NullMarked;
