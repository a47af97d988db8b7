package io.rowledger.api.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The body of the status route, as the bytes that are sent, so that its tag is of exactly those.
 */
final class JobDocument {

  private static final ObjectWriter JSON = new ObjectMapper().writer();

  /** Of SHA-256; enough that two bodies of one job never meet. */
  private static final int TAG_BYTES = 16;

  private final JobView job;
  private final byte[] bytes;
  private final String tag;

  private JobDocument(JobView job, byte[] bytes) {
    this.job = job;
    this.bytes = bytes;
    this.tag = tag(bytes);
  }

  /**
   * Writes the body.
   *
   * @param failures what {@code include=failures} adds, null without it
   */
  static JobDocument of(JobView job, @Nullable ObjectNode failures) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.set("job", JobJson.of(job));
    if (failures != null) {
      body.setAll(failures);
    }
    return new JobDocument(job, bytes(body));
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  JobView job() {
    return job;
  }

  /** Not a copy: for sending only. */
  byte[] bytes() {
    return bytes;
  }

  /** The opaque part of the entity tag: equal tags, equal bytes. */
  String tag() {
    return tag;
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(digest, TAG_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
