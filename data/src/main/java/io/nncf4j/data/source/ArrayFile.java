package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Reads arrays from files: NPY (NumPy) and IDX (as MNIST comes), the latter also gzipped. */
public final class ArrayFile {
  /** More bytes of elements than this are refused. */
  private static final long LARGEST = 1L << 30;

  private ArrayFile() {}

  /**
   * Reads a whole file into memory; its name tells the format.
   *
   * @throws InputException when the file is missing, damaged or too large
   */
  public static Tensor read(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw) {
      return name.endsWith(".npy")
          ? NpyFormat.read(file.toString(), in)
          : IdxFormat.read(file.toString(), in);
    } catch (NoSuchFileException missing) {
      throw new InputException("There is no file " + file, missing);
    } catch (IOException failure) {
      throw new InputException("Cannot read " + file + ": " + FolderFiles.reason(failure), failure);
    }
  }

  /**
   * Exactly the elements that a header claims. Memory grows with what is there, not with the claim.
   */
  static byte[] elements(String file, InputStream in, long[] shape, int bytesEach)
      throws IOException {
    long bytes = bytesEach;
    for (long dimension : shape) {
      if (dimension < 0 || (dimension > 0 && bytes > LARGEST / dimension)) {
        throw new InputException(
            "%s claims more than %d MB of elements".formatted(file, LARGEST >> 20));
      }
      bytes *= dimension;
    }
    byte[] elements = in.readNBytes((int) bytes);
    if (elements.length != bytes) {
      throw new InputException(
          "%s is truncated: %d bytes of elements expected, found %d"
              .formatted(file, bytes, elements.length));
    }
    if (in.read() >= 0) {
      throw new InputException(file + " is longer than its header says");
    }
    return elements;
  }

  static byte[] header(String file, InputStream in, int length) throws IOException {
    byte[] header = in.readNBytes(length);
    if (header.length != length) {
      throw new InputException(file + " is truncated in its header");
    }
    return header;
  }
}
