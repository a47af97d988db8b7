/**
 * The packaged services as processes, used through their public faces only and treated as badly as
 * operation treats them. What must hold is asked of the API in every answer, and of the tables.
 */
@NullMarked
package io.rowledger.system;

import org.jspecify.annotations.NullMarked;
