package io.rowledger.api.problem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On the body parameter of a resource method: how many bytes the body may have. Without it a body
 * that is parsed into an object may have {@value #DEFAULT_BYTES}; streams are not limited here.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface BodyLimit {

  /** 1 MiB: what is not an upload is small. */
  long DEFAULT_BYTES = 1 << 20;

  /** Most bytes, more than 0. */
  long value();
}
