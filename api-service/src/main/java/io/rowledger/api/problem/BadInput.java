package io.rowledger.api.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.rowledger.api.problem.ProblemException.Detail;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names the field of a request that is wrong, without repeating what was in it. */
final class BadInput {

  private BadInput() {}

  static Refusal of(ConstraintViolationException e) {
    List<Detail> details =
        e.getConstraintViolations().stream()
            .map(v -> new Detail(field(v), v.getMessage()))
            .sorted(Comparator.comparing(Detail::message))
            .sorted(Comparator.comparing(BadInput::fieldOrEmpty))
            .toList();
    return refusal(details);
  }

  static Refusal of(JsonProcessingException e) {
    return refusal(List.of(detail(e)));
  }

  private static Refusal refusal(List<Detail> details) {
    String text =
        details.size() == 1 ? sentence(details.get(0)) : "See error.details for what is wrong.";
    return Refusal.of(Problem.VALIDATION_ERROR, Problem.VALIDATION_ERROR.status(), text, details);
  }

  private static String sentence(Detail detail) {
    return detail.field() == null ? detail.message() : detail.field() + ": " + detail.message();
  }

  private static String fieldOrEmpty(Detail detail) {
    return detail.field() == null ? "" : detail.field();
  }

  private static Detail detail(JsonProcessingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return new Detail(path(unknown), "is not a field of this request");
    }
    if (e instanceof MismatchedInputException mismatch) {
      Class<?> target = mismatch.getTargetType();
      return new Detail(path(mismatch), "must be " + wanted(target));
    }
    if (e instanceof JsonMappingException mapping) {
      return new Detail(path(mapping), "cannot be read");
    }
    JsonLocation at = e.getLocation();
    String where = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new Detail(null, "The body is not valid JSON" + where + ".");
  }

  private static String wanted(@Nullable Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number in the range of the field";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (java.time.temporal.Temporal.class.isAssignableFrom(type)) {
      return "a time in ISO 8601, such as 2026-01-31T12:00:00.000Z";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "a text";
    }
    if (Iterable.class.isAssignableFrom(type) || type.isArray()) {
      return "an array";
    }
    return type.isEnum() ? "one of the values listed in the API description" : "an object";
  }

  private static @Nullable String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.isEmpty() ? null : path.toString();
  }

  /** The path as the caller knows it: without the names of our method and of its body parameter. */
  private static @Nullable String field(ConstraintViolation<?> violation) {
    List<Path.Node> nodes = new ArrayList<>();
    for (Path.Node node : violation.getPropertyPath()) {
      if (node.getKind() != ElementKind.METHOD) {
        nodes.add(node);
      }
    }
    boolean insideOfParameter = nodes.size() > 1 && nodes.get(0).getKind() == ElementKind.PARAMETER;
    StringBuilder path = new StringBuilder();
    for (Path.Node node : insideOfParameter ? nodes.subList(1, nodes.size()) : nodes) {
      if (node.getKind() == ElementKind.CONTAINER_ELEMENT) {
        path.append('[').append(node.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(node.getName());
      }
    }
    return path.isEmpty() ? null : path.toString();
  }
}
