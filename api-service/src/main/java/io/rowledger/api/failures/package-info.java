/** Which rows were not imported, and why: as JSON pages and as CSV (contract section 6). */
@NullMarked
package io.rowledger.api.failures;

import org.jspecify.annotations.NullMarked;
