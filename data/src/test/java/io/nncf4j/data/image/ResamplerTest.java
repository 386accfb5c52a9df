package io.nncf4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.data.RandomStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The fixed-point resampler against the definition in floating point. */
class ResamplerTest {
  private static PixelImage noise(int width, int height, int channels, long seed) {
    byte[] pixels = new byte[width * height * channels];
    RandomStream random = RandomStream.of(seed);
    for (int at = 0; at < pixels.length; at++) {
      pixels[at] = (byte) random.nextLong();
    }
    return new PixelImage(width, height, channels, pixels);
  }

  /** One axis of one line: the mean under a triangle as wide as the reduction. */
  private static double[] line(double[] values, int size) {
    double scale = (double) values.length / size;
    double support = Math.max(scale, 1);
    double[] result = new double[size];
    for (int at = 0; at < size; at++) {
      double center = (at + 0.5) * scale;
      double sum = 0;
      double weights = 0;
      for (int from = 0; from < values.length; from++) {
        double weight = Math.max(0, 1 - Math.abs(from + 0.5 - center) / support);
        sum += weight * values[from];
        weights += weight;
      }
      result[at] = sum / weights;
    }
    return values.length == size ? values : result;
  }

  private static double[][] naive(PixelImage image, int channel, int width, int height) {
    double[][] rows = new double[image.height()][];
    for (int y = 0; y < rows.length; y++) {
      double[] row = new double[image.width()];
      for (int x = 0; x < row.length; x++) {
        row[x] = image.at(x, y, channel);
      }
      rows[y] = line(row, width);
    }
    double[][] result = new double[height][width];
    for (int x = 0; x < width; x++) {
      double[] column = new double[rows.length];
      for (int y = 0; y < rows.length; y++) {
        column[y] = rows[y][x];
      }
      double[] resized = line(column, height);
      for (int y = 0; y < height; y++) {
        result[y][x] = resized[y];
      }
    }
    return result;
  }

  @Property(tries = 60)
  void agreesWithTheDefinition(
      @ForAll @IntRange(min = 1, max = 40) int inWidth,
      @ForAll @IntRange(min = 1, max = 40) int inHeight,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll boolean color) {
    int channels = color ? 3 : 1;
    PixelImage image = noise(inWidth, inHeight, channels, inWidth * 41L + height);
    int[] fast = Resampler.resize(image, width, height, 0, 0, width, height);
    for (int channel = 0; channel < channels; channel++) {
      double[][] slow = naive(image, channel, width, height);
      for (int at = 0; at < width * height; at++) {
        double difference = Math.abs(fast[at * channels + channel] - slow[at / width][at % width]);
        // Half a level is lost in each of the two passes.
        assertThat(difference).isLessThanOrEqualTo(1.01);
      }
    }
  }

  @Property(tries = 40)
  void windowsAreCutFromTheWhole(
      @ForAll @IntRange(min = 2, max = 30) int width,
      @ForAll @IntRange(min = 2, max = 30) int height,
      @ForAll @IntRange(min = 0, max = 1000) int random) {
    PixelImage image = noise(17, 23, 3, random);
    int[] whole = Resampler.resize(image, width, height, 0, 0, width, height);
    int left = random % width;
    int top = random / 31 % height;
    int windowWidth = width - left;
    int windowHeight = height - top;
    int[] window = Resampler.resize(image, width, height, left, top, windowWidth, windowHeight);
    for (int at = 0; at < window.length; at++) {
      int x = left + at / 3 % windowWidth;
      int y = top + at / 3 / windowWidth;
      assertThat(window[at]).isEqualTo(whole[(y * width + x) * 3 + at % 3]);
    }
  }
}
