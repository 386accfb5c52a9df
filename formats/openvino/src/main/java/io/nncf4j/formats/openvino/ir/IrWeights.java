package io.nncf4j.formats.openvino.ir;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The BIN file. It is mapped read-only and nothing is copied; every offset and size is checked
 * against its length first.
 */
public final class IrWeights {
  private final Path file;
  private final long size;
  private final @Nullable ByteBuffer whole;

  private IrWeights(Path file, long size, @Nullable ByteBuffer whole) {
    this.file = file;
    this.size = size;
    this.whole = whole;
  }

  /** Maps the file; one that is absent holds no bytes, which whoever asks for some is told. */
  public static IrWeights open(Path file) {
    if (!Files.isRegularFile(file)) {
      return new IrWeights(file, -1, null);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      // Larger files are mapped tensor by tensor: one mapping holds at most 2 GiB.
      ByteBuffer whole =
          size > Integer.MAX_VALUE ? null : channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      return new IrWeights(file, size, whole);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Length of the file in bytes; -1 when there is none. */
  public long size() {
    return size;
  }

  /**
   * A tensor of bytes {@code offset} to {@code offset + length}.
   *
   * @throws InputException when they are not all there, or are not what type and shape ask for
   */
  public Tensor tensor(DataType type, long[] shape, long offset, long length) {
    if (size < 0) {
      throw new InputException(
          "its weights should stand in " + file + ", which is not there; put it beside the XML");
    }
    long expected = type.byteCount(Tensor.elementCount(shape));
    if (expected != length) {
      throw new InputException(
          "a constant of "
              + type.label()
              + java.util.Arrays.toString(shape)
              + " takes "
              + expected
              + " bytes; the XML says "
              + length);
    }
    return Tensor.of(type, shape, slice(offset, length));
  }

  /** Bytes as they are; strings have a layout of their own. */
  public ByteBuffer slice(long offset, long length) {
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw new InputException(
          length
              + " bytes from "
              + offset
              + " on are not in "
              + file
              + ", which has "
              + Math.max(0, size));
    }
    if (whole != null) {
      return whole.slice((int) offset, (int) length);
    }
    if (length > Integer.MAX_VALUE) {
      throw new InputException("a constant of " + length + " bytes is larger than 2 GiB");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
