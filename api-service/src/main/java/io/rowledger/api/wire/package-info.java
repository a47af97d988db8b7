/** What all JSON of the service has in common: times, ids, pages. Knows no feature. */
@NullMarked
package io.rowledger.api.wire;

import org.jspecify.annotations.NullMarked;
