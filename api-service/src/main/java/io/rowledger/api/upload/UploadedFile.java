package io.rowledger.api.upload;

import java.nio.file.Path;

/**
 * A file of the request as it was spooled; gone when the request ends.
 *
 * @param name as the caller calls it
 * @param size in bytes
 */
record UploadedFile(Path path, String name, long size) {}
