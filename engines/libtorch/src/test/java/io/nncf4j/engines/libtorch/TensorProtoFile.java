package io.nncf4j.engines.libtorch;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the little of an ONNX TensorProto that conformance data uses: dims and elements. */
final class TensorProtoFile {
  private TensorProtoFile() {}

  static Tensor read(Path file, DataType type) {
    try {
      return parse(ByteBuffer.wrap(Files.readAllBytes(file)), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor parse(ByteBuffer bytes, DataType type) {
    List<Long> dims = new ArrayList<>();
    List<Long> elements = new ArrayList<>();
    byte[] raw = null;
    while (bytes.hasRemaining()) {
      long tag = varint(bytes);
      int field = (int) (tag >> 3);
      if ((tag & 7) == 0) {
        long value = varint(bytes);
        if (field == 1) {
          dims.add(value);
        } else if (field == 5) {
          elements.add(value);
        }
        continue;
      }
      byte[] content = new byte[(int) varint(bytes)];
      bytes.get(content);
      if (field == 9) {
        raw = content;
      } else if (field == 5 || field == 1) {
        ByteBuffer packed = ByteBuffer.wrap(content);
        while (packed.hasRemaining()) {
          (field == 1 ? dims : elements).add(varint(packed));
        }
      }
    }
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    return Tensor.of(type, shape, raw != null ? ByteBuffer.wrap(raw) : stored(type, elements));
  }

  /** Each entry holds one element, or two of four bits. */
  private static ByteBuffer stored(DataType type, List<Long> elements) {
    int width = Math.max(1, type.bits() / 8);
    ByteBuffer data = ByteBuffer.allocate(elements.size() * width);
    for (long element : elements) {
      for (int index = 0; index < width; index++) {
        data.put((byte) (element >> (8 * index)));
      }
    }
    return data.flip();
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
