package io.rowledger.core.chunk;

import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.List;
import java.util.UUID;

/** Lets a benchmark at the codec, which nobody else needs to see. One chunk, as of one upload. */
public final class SealedChunks {

  private final UUID upload = UUID.randomUUID();
  private final DataKey key;

  private SealedChunks(DataKey key) {
    this.key = key;
  }

  /** Under a key of its own: a nonce must not repeat. */
  public static SealedChunks ofNewUpload() {
    return new SealedChunks(DataKey.random());
  }

  /** Encodes, compresses and encrypts. To be called once. */
  public byte[] seal(List<String> columns, List<RawRow> rows) {
    ChunkEncoder encoder = new ChunkEncoder();
    rows.forEach(encoder::add);
    ChunkCodec.Sealer sealer = new ChunkCodec.Sealer(upload, key);
    try {
      return sealer.seal(encoder.take(1, CellFormat.TEXT, columns));
    } finally {
      sealer.end();
    }
  }

  public Chunk open(byte[] sealed) {
    return ChunkCodec.open(upload, 0, ChunkCodec.WRITTEN, key, sealed);
  }
}
