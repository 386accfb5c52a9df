package io.nncf4j.formats.onnx;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files beside a model that hold weights. Each is mapped, read-only; nothing is copied.
 *
 * <p>A model names its files itself, so a name is trusted only as far as the model's own folder: it
 * must be relative, without {@code ..}, and must not lead out of the folder through a link.
 */
final class ExternalData {
  private final Path folder;

  /** A mapping of each whole file up to 2 GiB; larger files are mapped tensor by tensor. */
  private final Map<Path, ByteBuffer> mapped = new HashMap<>();

  /** All files that tensors were read from. */
  private final Set<Path> files = new TreeSet<>();

  ExternalData(Path folder) {
    this.folder = folder;
  }

  /**
   * The bytes of a tensor whose data is external.
   *
   * @param expectedBytes what type and shape ask for; the file must hold exactly as many
   */
  ByteBuffer read(Onnx.TensorProto tensor, long expectedBytes) {
    String location = "";
    long offset = 0;
    long length = expectedBytes;
    for (Onnx.StringStringEntryProto entry : tensor.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(tensor, entry);
        case "length" -> length = number(tensor, entry);
        default -> {
          // A checksum, or a key of a later version: not needed to find the bytes.
        }
      }
    }
    if (length != expectedBytes) {
      throw new InputException(
          describe(tensor)
              + " takes "
              + expectedBytes
              + " bytes, but its external data has "
              + length);
    }
    Path file = resolve(tensor, location);
    files.add(file);
    return slice(tensor, file, offset, expectedBytes);
  }

  /** The files that were read so far. */
  Set<Path> files() {
    return files;
  }

  private static long number(Onnx.TensorProto tensor, Onnx.StringStringEntryProto entry) {
    try {
      long number = Long.parseLong(entry.getValue().strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with negative numbers.
    }
    throw new InputException(
        describe(tensor)
            + ": the external data's "
            + entry.getKey()
            + " should be a number of bytes, found \""
            + entry.getValue()
            + "\"");
  }

  private Path resolve(Onnx.TensorProto tensor, String location) {
    Path relative = relative(location);
    if (relative == null) {
      throw new InputException(
          describe(tensor)
              + ": external data must stand in the folder of the model, found the location \""
              + location
              + "\"");
    }
    Path file = folder.resolve(relative);
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        throw new InputException(
            describe(tensor) + ": external data " + file + " is a link out of the model's folder");
      }
      return real;
    } catch (IOException e) {
      throw new InputException(
          describe(tensor)
              + ": cannot find its external data "
              + file
              + "; put the file beside the model",
          e);
    }
  }

  private static @Nullable Path relative(String location) {
    if (location.isBlank() || location.startsWith("/") || location.contains("\\")) {
      return null;
    }
    try {
      Path path = Path.of(location);
      for (Path part : path) {
        if (part.toString().equals("..")) {
          return null;
        }
      }
      return path.isAbsolute() ? null : path;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private ByteBuffer slice(Onnx.TensorProto tensor, Path file, long offset, long length) {
    ByteBuffer whole = mapped.get(file);
    try {
      if (whole == null) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          long size = channel.size();
          check(tensor, file, offset, length, size);
          if (size > Integer.MAX_VALUE) {
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
          }
          whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
          mapped.put(file, whole);
        }
      }
    } catch (IOException e) {
      throw new InputException(
          describe(tensor) + ": cannot read its external data " + file + ": " + e.getMessage(), e);
    }
    check(tensor, file, offset, length, whole.capacity());
    return whole.slice((int) offset, (int) length);
  }

  private static void check(
      Onnx.TensorProto tensor, Path file, long offset, long length, long size) {
    if (offset > size || length > size - offset) {
      throw new InputException(
          describe(tensor)
              + ": external data "
              + file
              + " has "
              + size
              + " bytes; expected "
              + length
              + " from byte "
              + offset);
    }
  }

  private static String describe(Onnx.TensorProto tensor) {
    return "Tensor \"" + tensor.getName() + "\"";
  }
}
