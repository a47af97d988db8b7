/** What the tests of core share: a migrated database of one's own and the broker. */
@NullMarked
package io.rowledger.core.testing;

import org.jspecify.annotations.NullMarked;
