package io.rowledger.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tests that use {@link Stacks#twoWorkers()}. Their classes run one after the other, because they
 * break what they share; and beside all the others, which run one after the other, too. Both kinds
 * mostly wait: for leases to run out, for processes to start.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(OnTwoWorkers.STACK)
@interface OnTwoWorkers {
  /** The name of the lock. */
  String STACK = "two workers";
}
