/**
 * What a connection may do before and beside a request: how slowly it may send and read, and what
 * it is told when what it sends is no HTTP.
 */
@NullMarked
package io.rowledger.api.connection;

import org.jspecify.annotations.NullMarked;
