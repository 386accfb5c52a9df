package io.nncf4j.data.image;

import io.nncf4j.data.BrokenSampleException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageReader;

/** A PNG file whose header has been checked. */
final class PngFile {
  private static final int HEADER_CHUNK = 0x49484452;

  private final int width;
  private final int height;
  private final byte[] file;

  private PngFile(int width, int height, byte[] file) {
    this.width = width;
    this.height = height;
    this.file = file;
  }

  static PngFile parse(String name, byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (file.length < 33 || bytes.getInt(12) != HEADER_CHUNK) {
      throw new BrokenSampleException(name, "the PNG header is missing or truncated");
    }
    int width = bytes.getInt(16);
    int height = bytes.getInt(20);
    ImageDecoder.checkSize(name, width, height);
    return new PngFile(width, height, file);
  }

  PixelImage decode(ImageReader reader) throws IOException {
    try {
      reader.setInput(new MemoryInput(file), true, true);
      return convert(reader.read(0));
    } finally {
      reader.reset();
    }
  }

  // Straight from the samples: getRGB would convert grey values through a colour profile.
  private PixelImage convert(BufferedImage image) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int channels = bands < 3 && !(image.getColorModel() instanceof IndexColorModel) ? 1 : 3;
    byte[] pixels = new byte[width * height * channels];
    int bits = image.getColorModel().getComponentSize(0);
    int[] row = new int[width * bands];
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      int target = y * width * channels;
      if (image.getColorModel() instanceof IndexColorModel palette) {
        for (int x = 0; x < width; x++, target += 3) {
          int color = palette.getRGB(row[x]);
          pixels[target] = (byte) (color >> 16);
          pixels[target + 1] = (byte) (color >> 8);
          pixels[target + 2] = (byte) color;
        }
      } else {
        for (int x = 0; x < width; x++) {
          for (int channel = 0; channel < channels; channel++) {
            pixels[target++] = (byte) eightBits(row[x * bands + channel], bits);
          }
        }
      }
    }
    return new PixelImage(width, height, channels, pixels);
  }

  private static int eightBits(int sample, int bits) {
    return switch (bits) {
      case 16 -> sample >> 8;
      case 8 -> sample;
      default -> sample * 255 / ((1 << bits) - 1);
    };
  }
}
