/** User events: the record, its fields and its rules (contract section 9). Pure. */
@NullMarked
package io.rowledger.core.userevent;

import org.jspecify.annotations.NullMarked;
