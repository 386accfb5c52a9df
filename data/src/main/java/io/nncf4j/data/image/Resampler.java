package io.nncf4j.data.image;

/**
 * Antialiased bilinear resizing, bit for bit what Pillow's {@code BILINEAR} gives, of just the part
 * of the result that is wanted.
 *
 * <p>Two passes, rows first. Each output pixel is a weighted mean of the input pixels under a
 * triangle as wide as the reduction; weights are 22-bit fixed point, and the result of each pass is
 * rounded to eight bits.
 */
final class Resampler {
  private static final int FRACTION_BITS = 22;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private Resampler() {}

  /** Weights of output pixels {@code from} … {@code from + count - 1} along one axis. */
  private record Weights(int taps, int[] first, int[] used, int[] weight) {
    static Weights of(int inputSize, int outputSize, int from, int count) {
      double scale = (double) inputSize / outputSize;
      double support = Math.max(scale, 1);
      int taps = (int) Math.ceil(support) * 2 + 1;
      int[] first = new int[count];
      int[] used = new int[count];
      int[] weight = new int[count * taps];
      double[] exact = new double[taps];
      for (int at = 0; at < count; at++) {
        double center = (from + at + 0.5) * scale;
        int low = Math.max((int) (center - support + 0.5), 0);
        int high = Math.min((int) (center + support + 0.5), inputSize);
        double sum = 0;
        for (int tap = 0; tap < high - low; tap++) {
          double distance = Math.abs((tap + low - center + 0.5) / support);
          exact[tap] = Math.max(1 - distance, 0);
          sum += exact[tap];
        }
        first[at] = low;
        used[at] = high - low;
        for (int tap = 0; tap < high - low; tap++) {
          double normalised = sum == 0 ? exact[tap] : exact[tap] / sum;
          weight[at * taps + tap] = (int) (normalised * (1 << FRACTION_BITS) + 0.5);
        }
      }
      return new Weights(taps, first, used, weight);
    }

    int end() {
      int last = first.length - 1;
      return first[last] + used[last];
    }
  }

  /**
   * Resizes to {@code width} x {@code height} and returns the window of {@code windowWidth} x
   * {@code windowHeight} at {@code (left, top)}, channels side by side, values 0 to 255.
   */
  static int[] resize(
      PixelImage image,
      int width,
      int height,
      int left,
      int top,
      int windowWidth,
      int windowHeight) {
    boolean rowsChange = height != image.height();
    Weights vertical = rowsChange ? Weights.of(image.height(), height, top, windowHeight) : null;
    int firstRow = vertical == null ? top : vertical.first[0];
    int rows = vertical == null ? windowHeight : vertical.end() - firstRow;
    int[] narrowed = horizontal(image, width, left, windowWidth, firstRow, rows);
    return vertical == null
        ? narrowed
        : vertical(narrowed, windowWidth * image.channels(), vertical, firstRow, windowHeight);
  }

  private static int[] horizontal(
      PixelImage image, int width, int left, int windowWidth, int firstRow, int rows) {
    int channels = image.channels();
    byte[] pixels = image.pixels();
    int[] result = new int[rows * windowWidth * channels];
    Weights weights =
        width == image.width() ? null : Weights.of(image.width(), width, left, windowWidth);
    for (int row = 0; row < rows; row++) {
      int source = (firstRow + row) * image.width() * channels;
      int target = row * windowWidth * channels;
      if (weights == null) {
        for (int at = 0; at < windowWidth * channels; at++) {
          result[target + at] = pixels[source + left * channels + at] & 0xFF;
        }
      } else if (channels == 3) {
        colorRow(pixels, source, weights, result, target);
      } else {
        grayRow(pixels, source, weights, result, target);
      }
    }
    return result;
  }

  private static void colorRow(
      byte[] pixels, int source, Weights weights, int[] result, int target) {
    int taps = weights.taps;
    int[] weight = weights.weight;
    for (int x = 0; x < weights.first.length; x++) {
      int from = source + weights.first[x] * 3;
      int end = x * taps + weights.used[x];
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (int tap = x * taps; tap < end; tap++, from += 3) {
        int factor = weight[tap];
        red += (pixels[from] & 0xFF) * factor;
        green += (pixels[from + 1] & 0xFF) * factor;
        blue += (pixels[from + 2] & 0xFF) * factor;
      }
      result[target + x * 3] = toByte(red);
      result[target + x * 3 + 1] = toByte(green);
      result[target + x * 3 + 2] = toByte(blue);
    }
  }

  private static void grayRow(
      byte[] pixels, int source, Weights weights, int[] result, int target) {
    for (int x = 0; x < weights.first.length; x++) {
      int from = source + weights.first[x];
      int sum = HALF;
      for (int tap = 0; tap < weights.used[x]; tap++) {
        sum += (pixels[from + tap] & 0xFF) * weights.weight[x * weights.taps + tap];
      }
      result[target + x] = toByte(sum);
    }
  }

  private static int[] vertical(
      int[] narrowed, int stride, Weights weights, int firstRow, int windowHeight) {
    int[] result = new int[windowHeight * stride];
    int[] sums = new int[stride];
    for (int y = 0; y < windowHeight; y++) {
      java.util.Arrays.fill(sums, HALF);
      for (int tap = 0; tap < weights.used[y]; tap++) {
        int source = (weights.first[y] - firstRow + tap) * stride;
        accumulate(sums, narrowed, source, weights.weight[y * weights.taps + tap]);
      }
      store(sums, result, y * stride);
    }
    return result;
  }

  // Two loops of their own, so that the compiler turns each into vector instructions.
  private static void accumulate(int[] sums, int[] values, int from, int factor) {
    for (int at = 0; at < sums.length; at++) {
      sums[at] += values[from + at] * factor;
    }
  }

  private static void store(int[] sums, int[] result, int from) {
    for (int at = 0; at < sums.length; at++) {
      result[from + at] = Math.min(sums[at] >> FRACTION_BITS, 255);
    }
  }

  // The weights are not negative: only a sum of rounded weights above 1 can leave the range.
  private static int toByte(int sum) {
    return Math.min(sum >> FRACTION_BITS, 255);
  }
}
