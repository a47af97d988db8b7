/**
 * What an organisation does to its jobs while they are open: pause, resume, cancel, and what
 * follows from the end of one job for those that wait for it.
 */
@NullMarked
package io.rowledger.core.control;

import org.jspecify.annotations.NullMarked;
