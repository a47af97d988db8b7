/** What tests of several features need. */
@NullMarked
package io.rowledger.api.testing;

import org.jspecify.annotations.NullMarked;
