package io.rowledger.core.chunk;

/**
 * Where a chunk lies: one row of {@code upload_chunk}.
 *
 * @param number 0-based, over all files of the upload
 * @param firstRow row number of its first row
 * @param rows how many rows it has, at least one
 */
public record ChunkRef(
    int number, int fileNumber, int firstRow, int rows, int partition, long offset) {}
