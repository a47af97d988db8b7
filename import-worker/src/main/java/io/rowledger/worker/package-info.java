/** Where the process begins; everything else is in the packages below, one for a feature. */
@NullMarked
package io.rowledger.worker;

import org.jspecify.annotations.NullMarked;
