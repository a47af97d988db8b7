/**
 * Tickets: the bell that tells workers to look for a waiting job. A ticket may be lost, doubled or
 * late without harm, because PostgreSQL decides who works on what.
 */
@NullMarked
package io.rowledger.core.ticket;

import org.jspecify.annotations.NullMarked;
