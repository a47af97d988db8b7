/** The API's description of itself, as far as it belongs to no single route. */
@NullMarked
package io.rowledger.api.description;

import org.jspecify.annotations.NullMarked;
