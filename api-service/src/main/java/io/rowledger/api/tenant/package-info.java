/** Organisations with their limits, and API keys: stored, managed over HTTP, found for security. */
@NullMarked
package io.rowledger.api.tenant;

import org.jspecify.annotations.NullMarked;
