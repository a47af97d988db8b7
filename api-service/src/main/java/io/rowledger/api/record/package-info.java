/** The read side: what imports have written, list by list (contract section 9). */
@NullMarked
package io.rowledger.api.record;

import org.jspecify.annotations.NullMarked;
