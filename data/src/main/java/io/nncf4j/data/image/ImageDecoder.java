package io.nncf4j.data.image;

import io.nncf4j.data.BrokenSampleException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * Decodes JPEG and PNG files held in memory.
 *
 * <p>The size is read from the header and checked before anything is allocated. Orientation tags
 * and colour profiles are left unapplied, and transparency is dropped, as Pillow does it. One
 * decoder serves one thread at a time.
 */
public final class ImageDecoder implements AutoCloseable {
  /** Pictures with more pixels are refused before decoding. */
  public static final long MOST_PIXELS = 100_000_000;

  /** The reader's samples and the pixels made of them; 16-bit PNG takes most. */
  private static final long BYTES_WHILE_DECODING = 11;

  private final ImageReader jpegReader = reader("jpeg");
  private final ImageReader pngReader = reader("png");

  /**
   * Decodes a file to one channel if it is a grey JPEG or PNG, else to three.
   *
   * @param name for messages
   * @throws BrokenSampleException when the file is no picture, damaged, or too large
   */
  public PixelImage decode(String name, byte[] file) {
    try {
      if (startsWith(file, 0xFF, 0xD8)) {
        return JpegFile.parse(name, file).decode(jpegReader);
      }
      if (startsWith(file, 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A)) {
        return PngFile.parse(name, file).decode(pngReader);
      }
    } catch (IOException | RuntimeException failure) {
      if (failure instanceof BrokenSampleException broken) {
        throw broken;
      }
      // The readers of the JDK throw many kinds of exceptions at damaged files.
      throw new BrokenSampleException(name, "damaged picture: " + failure.getMessage(), failure);
    }
    String reason = file.length == 0 ? "the file is empty" : "neither a JPEG nor a PNG file";
    throw new BrokenSampleException(name, reason);
  }

  /** Refuses sizes that are impossible or that would take absurd memory. */
  static void checkSize(String name, int width, int height) {
    if (width < 1 || height < 1) {
      throw new BrokenSampleException(name, "its size is %dx%d pixels".formatted(width, height));
    }
    if ((long) width * height > MOST_PIXELS) {
      throw new BrokenSampleException(
          name,
          "its header claims %dx%d pixels; pictures above %d million pixels are not decoded"
              .formatted(width, height, MOST_PIXELS / 1_000_000));
    }
    long bytes = (long) width * height * BYTES_WHILE_DECODING;
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap / 2) {
      throw new BrokenSampleException(
          name,
          "%dx%d pixels take %d MB to decode, too much for a heap of %d MB; raise -Xmx"
              .formatted(width, height, bytes >> 20, heap >> 20));
    }
  }

  private static boolean startsWith(byte[] file, int... magic) {
    for (int at = 0; at < magic.length; at++) {
      if (at >= file.length || (file[at] & 0xFF) != magic[at]) {
        return false;
      }
    }
    return true;
  }

  /** The JDK's own reader, whatever other plug-ins are on the class path. */
  private static ImageReader reader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
        return reader;
      }
    }
    throw new io.nncf4j.core.NncfException(
        "This Java runtime has no " + format + " reader: use one with the module java.desktop");
  }

  @Override
  public void close() {
    jpegReader.dispose();
    pngReader.dispose();
  }
}
