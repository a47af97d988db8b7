package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.server.multipart.FormValue;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/**
 * The parts of a multipart request, in whatever order they came: files and text fields.
 *
 * @param fields field name to its text; each at most once
 */
record UploadForm(List<UploadedFile> files, Map<String, String> fields) {

  /** Most bytes of one text field: a large column mapping. */
  private static final int MAX_FIELD_BYTES = 1 << 20;

  private static final String FILE = "file";

  /**
   * Reads the form.
   *
   * @param maxFiles how many files this route takes
   * @throws ProblemException VALIDATION_ERROR for a form that cannot be meant
   */
  static UploadForm of(MultipartFormDataInput input, int maxFiles) {
    List<UploadedFile> files = new ArrayList<>();
    Map<String, String> fields = new LinkedHashMap<>();
    for (Map.Entry<String, Collection<FormValue>> part : input.getValues().entrySet()) {
      String name = part.getKey();
      if (name.equals(FILE)) {
        part.getValue().forEach(value -> files.add(file(value)));
      } else if (part.getValue().size() > 1) {
        throw invalid(name, name + " was sent " + part.getValue().size() + " times.");
      } else {
        part.getValue().forEach(value -> fields.put(name, text(name, value)));
      }
    }
    if (files.isEmpty()) {
      throw invalid(FILE, "A part named \"file\" with the file to import is needed.");
    }
    if (files.size() > maxFiles) {
      throw invalid(
          FILE,
          "%d files were sent; this route takes %s."
              .formatted(files.size(), maxFiles == 1 ? "one" : "up to " + maxFiles));
    }
    return new UploadForm(List.copyOf(files), fields);
  }

  private static UploadedFile file(FormValue value) {
    if (!value.isFileItem() || value.getFileItem().isInMemory()) {
      throw invalid(FILE, "\"file\" must be sent as a file, with a filename.");
    }
    try {
      String name = value.getFileName() == null ? "upload" : value.getFileName();
      return new UploadedFile(
          value.getFileItem().getFile(), name, value.getFileItem().getFileSize());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String name, FormValue value) {
    if (!value.isFileItem()) {
      return value.getValue();
    }
    // Clients that give a JSON field a content type or a file name mean the same.
    try (InputStream in = value.getFileItem().getInputStream()) {
      byte[] bytes = in.readNBytes(MAX_FIELD_BYTES + 1);
      if (bytes.length > MAX_FIELD_BYTES) {
        throw invalid(name, name + " may have 1 MiB.");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ProblemException invalid(String field, String message) {
    return new ProblemException(
        Problem.VALIDATION_ERROR, message, List.of(new Detail(field, message)));
  }
}
