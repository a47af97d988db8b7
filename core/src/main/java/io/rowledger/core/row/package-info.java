/**
 * Rows and their outcomes: the raw row as a source delivers it, and the reasons a row can be
 * refused or skipped. Pure.
 */
@NullMarked
package io.rowledger.core.row;

import org.jspecify.annotations.NullMarked;
