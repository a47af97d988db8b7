/** User events into their table: entities found or created, duplicates found. */
@NullMarked
package io.rowledger.worker.userevent;

import org.jspecify.annotations.NullMarked;
