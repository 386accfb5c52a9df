package io.nncf4j.formats.safetensors;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of a Safetensors file.
 *
 * <pre>
 *   8 bytes     length of the header, little endian
 *   header      JSON: name -> dtype, shape, data_offsets; and __metadata__, text to text
 *   data        the tensors' bytes, one behind the other
 * </pre>
 *
 * @param tensors by name, in the order of the file; those read stand in the mapped file
 * @param metadata texts by name
 */
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  static final int PREFIX = Long.BYTES;

  public Safetensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Reads a file.
   *
   * @throws InputException when it does not exist or is damaged; the message says where
   */
  public static Safetensors read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file + (Files.exists(file) ? " is no file" : " does not exist"));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < PREFIX) {
        throw new InputException(
            file + " is no Safetensors file: it has " + size + " bytes, at least 8 are needed");
      }
      ByteBuffer prefix = read(channel, 0, PREFIX);
      long length = prefix.getLong();
      if (length < 2 || length > SafetensorsHeader.LONGEST || length > size - PREFIX) {
        throw new InputException(
            file
                + " is no Safetensors file, or cut off: its header is to have "
                + Long.toUnsignedString(length)
                + " bytes, the file has "
                + size);
      }
      SafetensorsHeader header =
          SafetensorsHeader.parse(
              file.toString(), read(channel, PREFIX, (int) length), size - PREFIX - length);
      return header.content(channel, PREFIX + length);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the file ends early");
      }
    }
    return bytes.flip();
  }

  /**
   * Writes the file so that it is there whole or not at all, whatever happens meanwhile: a file
   * beside it takes the bytes, reaches the disk, then takes its name. An older file of that name is
   * replaced.
   *
   * @throws NncfException when writing fails; an older file is then still there
   */
  public void write(Path file) {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new InputException(
          "Cannot write " + file + ": there is no folder " + folder + "; make it first");
    }
    Path partial = folder.resolve("." + absolute.getFileName() + ".partial");
    try {
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        write(channel, SafetensorsHeader.bytes(this));
        for (Tensor tensor : tensors.values()) {
          write(channel, tensor.data());
        }
        channel.force(true);
      }
      Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
      flush(folder);
    } catch (IOException e) {
      throw new NncfException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    ByteBuffer left = bytes.duplicate();
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  /** The new name itself reaches the disk with its folder; not every system lets one be opened. */
  private static void flush(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
