package io.nncf4j.data.image;

/**
 * A decoded picture: eight bits a channel, channels side by side, rows from the top. One channel is
 * luminance, three are red, green and blue.
 */
public final class PixelImage {
  private final int width;
  private final int height;
  private final int channels;
  private final byte[] pixels;

  /** The array is kept, not copied; its length must be width x height x channels. */
  public PixelImage(int width, int height, int channels, byte[] pixels) {
    if (pixels.length != Math.multiplyExact(Math.multiplyExact(width, height), channels)) {
      throw new IllegalArgumentException(
          width + "x" + height + "x" + channels + " pixels expected, found " + pixels.length);
    }
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.pixels = pixels;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public int channels() {
    return channels;
  }

  /** The pixels themselves: whoever asks does not write to them. */
  byte[] pixels() {
    return pixels;
  }

  /** One value, 0 to 255. */
  public int at(int x, int y, int channel) {
    return pixels[(y * width + x) * channels + channel] & 0xFF;
  }

  /**
   * With the wished number of channels: luminance by ITU-R 601-2 in 16-bit fixed point, as Pillow
   * computes it, or the same value three times.
   */
  PixelImage withChannels(int wished) {
    if (wished == channels) {
      return this;
    }
    int count = width * height;
    byte[] converted = new byte[count * wished];
    for (int at = 0; at < count; at++) {
      if (wished == 1) {
        int red = pixels[at * 3] & 0xFF;
        int green = pixels[at * 3 + 1] & 0xFF;
        int blue = pixels[at * 3 + 2] & 0xFF;
        converted[at] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
      } else {
        byte value = pixels[at];
        converted[at * 3] = value;
        converted[at * 3 + 1] = value;
        converted[at * 3 + 2] = value;
      }
    }
    return new PixelImage(width, height, wished, converted);
  }
}
