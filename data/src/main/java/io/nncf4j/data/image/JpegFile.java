package io.nncf4j.data.image;

import io.nncf4j.data.BrokenSampleException;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageReader;

/**
 * A JPEG file whose structure has been walked: size, colour space, end marker.
 *
 * <p>The JDK's reader decodes the samples (libjpeg, accurate integer transform, smooth chroma
 * upsampling). It is handed a file without metadata, since profiles and thumbnails cost time and
 * damaged ones make it fail; colours are converted here, by libjpeg's formulas.
 */
final class JpegFile {
  /** A progressive file of more scans is made to burn time. */
  private static final int MOST_SCANS = 200;

  private static final long MOST_SCANNED_PIXELS = 4_000_000_000L;

  private static final int START_OF_SCAN = 0xDA;
  private static final int END_OF_IMAGE = 0xD9;

  private final String name;
  private final byte[] file;
  private final ByteArrayOutputStream bare = new ByteArrayOutputStream();

  private int width;
  private int height;
  private int components;
  private final int[] componentNames = new int[4];
  private boolean jfif;
  private int adobeTransform = -1;

  private JpegFile(String name, byte[] file) {
    this.name = name;
    this.file = file;
  }

  static JpegFile parse(String name, byte[] file) {
    JpegFile jpeg = new JpegFile(name, file);
    jpeg.walk();
    return jpeg;
  }

  private void walk() {
    bare.write(0xFF);
    bare.write(0xD8);
    int at = 2;
    while (true) {
      while (at < file.length && (file[at] & 0xFF) != 0xFF) {
        at++;
      }
      while (at < file.length && (file[at] & 0xFF) == 0xFF) {
        at++;
      }
      int marker = byteAt(at++);
      if (marker == END_OF_IMAGE) {
        throw broken("it ends before the picture begins");
      }
      if (marker == 0x01 || marker == 0 || (marker >= 0xD0 && marker <= 0xD7)) {
        continue;
      }
      int length = byteAt(at) << 8 | byteAt(at + 1);
      if (length < 2 || at + length > file.length) {
        throw broken("truncated in its header");
      }
      if (marker == START_OF_SCAN) {
        finish(at - 2);
        return;
      }
      segment(marker, at + 2, length - 2);
      boolean metadata = (marker >= 0xE0 && marker <= 0xEF) || marker == 0xFE;
      if (!metadata || marker == 0xEE || (marker == 0xE0 && length == 16)) {
        bare.write(0xFF);
        bare.write(marker);
        bare.write(file, at, length);
      }
      at += length;
    }
  }

  private void segment(int marker, int at, int length) {
    if (marker == 0xE0 && length >= 5 && text(at, "JFIF")) {
      jfif = true;
    } else if (marker == 0xEE && length >= 12 && text(at, "Adobe")) {
      adobeTransform = byteAt(at + 11);
    } else if (isFrame(marker)) {
      if (components != 0) {
        throw broken("it has two frames");
      }
      if (length < 6 || length < 6 + 3 * byteAt(at + 5)) {
        throw broken("its frame header is truncated");
      }
      height = byteAt(at + 1) << 8 | byteAt(at + 2);
      width = byteAt(at + 3) << 8 | byteAt(at + 4);
      components = byteAt(at + 5);
      ImageDecoder.checkSize(name, width, height);
      if (byteAt(at) != 8 || marker == 0xC3 || marker > 0xC2) {
        throw broken(
            "only 8-bit baseline and progressive JPEG are decoded; convert it to one of these");
      }
      if (components != 1 && components != 3 && components != 4) {
        throw broken("it has " + components + " colour components; 1, 3 or 4 are expected");
      }
      for (int component = 0; component < components; component++) {
        componentNames[component] = byteAt(at + 6 + 3 * component);
      }
    }
  }

  /** Start-of-frame markers; three codes among them mean something else. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** Checks the coded data: an end marker must follow, after a sane number of scans. */
  private void finish(int scanStart) {
    if (components == 0) {
      throw broken("it has no frame header");
    }
    int scans = 0;
    boolean ended = false;
    for (int at = scanStart; at < file.length - 1 && !ended; at++) {
      if (file[at] == (byte) 0xFF) {
        int marker = file[at + 1] & 0xFF;
        scans += marker == START_OF_SCAN ? 1 : 0;
        ended = marker == END_OF_IMAGE;
      }
    }
    if (!ended) {
      throw broken("truncated: the end marker of the JPEG data is missing");
    }
    if (scans > MOST_SCANS || (long) scans * width * height > MOST_SCANNED_PIXELS) {
      throw broken("it has " + scans + " scans, more than any honest picture of its size");
    }
    bare.write(file, scanStart, file.length - scanStart);
  }

  PixelImage decode(ImageReader reader) throws IOException {
    try {
      reader.setInput(new MemoryInput(bare.toByteArray()), true, true);
      Raster raster = reader.readRaster(0, null);
      byte[] samples = samples(raster);
      return switch (components) {
        case 1 -> new PixelImage(width, height, 1, samples);
        case 3 -> new PixelImage(width, height, 3, isYcc() ? yccToRgb(samples, 3) : samples);
        default -> new PixelImage(width, height, 3, cmykToRgb(samples));
      };
    } finally {
      reader.reset();
    }
  }

  private byte[] samples(Raster raster) {
    int size = width * height * components;
    if (raster.getWidth() != width
        || raster.getHeight() != height
        || raster.getNumBands() != components
        || !(raster.getDataBuffer() instanceof DataBufferByte data)
        || data.getData().length != size) {
      throw broken("the decoder gave another size than the header says");
    }
    return data.getData();
  }

  /** What libjpeg concludes from the markers. */
  private boolean isYcc() {
    if (jfif) {
      return true;
    }
    if (adobeTransform >= 0) {
      return adobeTransform != 0;
    }
    return !(componentNames[0] == 'R' && componentNames[1] == 'G' && componentNames[2] == 'B');
  }

  /** In place; with {@code stride} 4 the fourth sample stays as it is. */
  private static byte[] yccToRgb(byte[] samples, int stride) {
    for (int at = 0; at + 2 < samples.length; at += stride) {
      int luma = samples[at] & 0xFF;
      int blueness = (samples[at + 1] & 0xFF) - 128;
      int redness = (samples[at + 2] & 0xFF) - 128;
      samples[at] = clamp(luma + ((91881 * redness + 32768) >> 16));
      samples[at + 1] = clamp(luma + ((-22554 * blueness - 46802 * redness + 32768) >> 16));
      samples[at + 2] = clamp(luma + ((116130 * blueness + 32768) >> 16));
    }
    return samples;
  }

  /**
   * Files with Adobe's marker store light instead of ink. Transform 2 codes the three inks as red,
   * green and blue upside down, then as luma and chroma; black stays as it is.
   */
  private byte[] cmykToRgb(byte[] samples) {
    boolean light = adobeTransform >= 0;
    boolean coded = adobeTransform == 2;
    byte[] inks = coded ? yccToRgb(samples, 4) : samples;
    int flip = light == coded ? 255 : 0;
    int flipBlack = light ? 0 : 255;
    byte[] pixels = new byte[width * height * 3];
    int target = 0;
    for (int at = 0; at < inks.length; at += 4) {
      int black = (inks[at + 3] & 0xFF) ^ flipBlack;
      for (int ink = 0; ink < 3; ink++) {
        pixels[target++] = (byte) (((inks[at + ink] & 0xFF ^ flip) * black + 127) / 255);
      }
    }
    return pixels;
  }

  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  private boolean text(int at, String expected) {
    for (int letter = 0; letter < expected.length(); letter++) {
      if (byteAt(at + letter) != expected.charAt(letter)) {
        return false;
      }
    }
    return true;
  }

  private int byteAt(int at) {
    if (at >= file.length) {
      throw broken("truncated in its header");
    }
    return file[at] & 0xFF;
  }

  private BrokenSampleException broken(String reason) {
    return new BrokenSampleException(name, reason);
  }
}
