/**
 * Who calls, for which organisation, and what they may do. Asks {@link
 * io.rowledger.api.security.Directory} for keys and organisations and stores nothing itself.
 */
@NullMarked
package io.rowledger.api.security;

import org.jspecify.annotations.NullMarked;
