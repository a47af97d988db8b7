/**
 * A service with two routes, as one would write them first: the status of a job by its primary key
 * for callers with an API key, and an empty object for everybody.
 */
@NullMarked
package io.rowledger.benchmark.peer;

import org.jspecify.annotations.NullMarked;
