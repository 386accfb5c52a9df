package io.nncf4j.formats.openvino.ir;

import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The BIN file to be written: where each constant stands. Equal small constants stand once; the
 * bytes are written from where they are, mapped files included.
 */
public final class WeightsLayout {
  /** Start of each tensor, so that runtimes can use it where it is mapped. */
  private static final long ALIGNMENT = 64;

  /** Larger tensors are the same only when they are one object. */
  private static final int SMALL = 4096;

  private record Placed(long offset, ByteBuffer bytes) {}

  private final List<Placed> placed = new ArrayList<>();
  private final Map<ByteBuffer, Long> small = new HashMap<>();
  private final Map<Tensor, Long> same = new IdentityHashMap<>();
  private long size;

  /** Offset of the tensor's bytes. */
  public long place(Tensor tensor) {
    Long known = same.get(tensor);
    if (known == null && tensor.byteCount() <= SMALL) {
      known = small.get(tensor.data());
    }
    if (known != null) {
      return known;
    }
    long offset = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes = tensor.data();
    placed.add(new Placed(offset, bytes));
    same.put(tensor, offset);
    if (tensor.byteCount() <= SMALL) {
      small.put(tensor.data(), offset);
    }
    size = offset + tensor.byteCount();
    return offset;
  }

  /** Length of the file. */
  public long size() {
    return size;
  }

  public void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (Placed one : placed) {
        channel.position(one.offset);
        writeAll(channel, one.bytes.duplicate());
      }
    }
  }

  /** A channel copies a heap buffer as a whole before writing it, so it gets it in pieces. */
  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int length = Math.min(1 << 22, bytes.remaining());
      ByteBuffer piece = bytes.slice(bytes.position(), length);
      while (piece.hasRemaining()) {
        channel.write(piece);
      }
      bytes.position(bytes.position() + length);
    }
  }
}
