/** JMH benchmarks of what every row goes through, apart from database and Kafka. */
@NullMarked
package io.rowledger.benchmark.piece;

import org.jspecify.annotations.NullMarked;
