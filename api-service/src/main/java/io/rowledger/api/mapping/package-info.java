/**
 * Column mappings that an organisation keeps, and the templates to fill in (contract section 7).
 */
@NullMarked
package io.rowledger.api.mapping;

import org.jspecify.annotations.NullMarked;
