package io.nncf4j.formats.tensorflow.bundle;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.tensorflow.proto.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A sorted string table: blocks of keys that share prefixes, an index block over them, and a footer
 * that says where it stands.
 *
 * <p>Source: the LevelDB documentation, "table_format".
 */
final class StringTable {
  private static final int FOOTER = 48;
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int TRAILER = 5;

  private final ByteBuffer data;

  private StringTable(ByteBuffer data) {
    this.data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All values by key. */
  static Map<String, ByteBuffer> read(ByteBuffer data) {
    return new StringTable(data).read();
  }

  private Map<String, ByteBuffer> read() {
    int length = data.limit();
    if (length < FOOTER || data.getLong(length - 8) != MAGIC) {
      throw new InputException("it is no index of a checkpoint, or cut off");
    }
    ByteBuffer footer = data.slice(length - FOOTER, FOOTER);
    Message.varint(footer);
    Message.varint(footer);
    Map<String, ByteBuffer> values = new LinkedHashMap<>();
    for (ByteBuffer handle : entries(block(footer)).values()) {
      values.putAll(entries(block(handle)));
    }
    return values;
  }

  /** The block behind a handle: offset and size. */
  private ByteBuffer block(ByteBuffer handle) {
    long offset = Message.varint(handle);
    long size = Message.varint(handle);
    if (offset < 0 || size < 4 || offset > data.limit() || size > data.limit() - offset - TRAILER) {
      throw new InputException("a block of " + size + " bytes at " + offset + " is not there");
    }
    int kind = data.get((int) (offset + size));
    if (kind != 0) {
      throw new InputException("its blocks are compressed (kind " + kind + "), which is not read");
    }
    return data.slice((int) offset, (int) size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Map<String, ByteBuffer> entries(ByteBuffer block) {
    int restarts = block.getInt(block.limit() - 4);
    long end = block.limit() - 4L - 4L * restarts;
    if (restarts < 0 || end < 0) {
      throw new InputException("a block has " + restarts + " restarts");
    }
    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    byte[] key = new byte[0];
    block.limit((int) end);
    while (block.hasRemaining()) {
      long shared = Message.varint(block);
      long own = Message.varint(block);
      long value = Message.varint(block);
      boolean fits =
          shared >= 0
              && shared <= key.length
              && own >= 0
              && value >= 0
              && own <= block.remaining()
              && value <= block.remaining() - own;
      if (!fits) {
        throw new InputException("an entry of a block is longer than the block");
      }
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      joined.write(key, 0, (int) shared);
      byte[] rest = new byte[(int) own];
      block.get(rest);
      joined.writeBytes(rest);
      key = joined.toByteArray();
      entries.put(
          new String(key, StandardCharsets.UTF_8),
          block.slice(block.position(), (int) value).order(ByteOrder.LITTLE_ENDIAN));
      block.position(block.position() + (int) value);
    }
    return entries;
  }
}
