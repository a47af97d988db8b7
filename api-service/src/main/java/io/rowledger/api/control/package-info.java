/** Pause, resume and cancel over HTTP (contract section 5). */
@NullMarked
package io.rowledger.api.control;

import org.jspecify.annotations.NullMarked;
