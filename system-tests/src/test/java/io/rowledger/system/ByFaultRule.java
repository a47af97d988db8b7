package io.rowledger.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** For tests with a {@link FaultPoint}: they need services that run in a JVM. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfSystemProperty(
    named = "rowledger.native",
    matches = "true",
    disabledReason = "A Byteman rule is loaded into a JVM, and a native executable has none")
@interface ByFaultRule {}
