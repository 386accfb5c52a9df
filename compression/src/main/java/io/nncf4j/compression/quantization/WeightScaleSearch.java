package io.nncf4j.compression.quantization;

import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * Chooses for each channel of a symmetric weight the step that gives the smallest squared error.
 *
 * <p>Candidates put the largest magnitude of a channel on code k, for k from half of the highest
 * code upwards to a little beyond it, where the largest weights saturate. Weights that lie on a
 * uniform grid already, as those of models that were quantized before do, are found to do so: if
 * the largest is m steps, with m within the codes, some candidate is a whole fraction of that step,
 * and nothing is lost.
 */
final class WeightScaleSearch {
  /** Adding and subtracting this rounds a float of up to 2^22 to nearest even. */
  private static final float ROUNDING = 12582912f;

  /** Share of codes beyond the highest that candidates try: more only ever saturates more. */
  private static final double SATURATION = 0.12;

  /** Values summed up in a float, so that the sum stays short. */
  private static final int BLOCK = 256;

  private WeightScaleSearch() {}

  /**
   * @param weight float weight
   * @param axis axis of the channels, not negative
   * @param grid symmetric grid whose scale puts the largest magnitude on the highest code
   * @return the grid with better scales
   */
  static IntegerGrid search(Tensor weight, int axis, IntegerGrid grid) {
    float[] values = weight.toFloats();
    int channels = grid.isPerChannel() ? grid.channels() : 1;
    int inner = 1;
    for (int behind = axis + 1; behind < weight.rank(); behind++) {
      inner *= (int) weight.dimension(behind);
    }
    int rowLength = inner;
    float[] scales = grid.scale().toFloats();
    int top = (int) grid.highestCode();
    IntStream.range(0, channels)
        .parallel()
        .forEach(
            channel ->
                scales[channel] =
                    search(gather(values, channel, channels, rowLength), scales[channel], top));
    return new IntegerGrid(
        Tensor.ofFloats(scales, grid.scale().shape()),
        grid.zeroPoint(),
        grid.lowestCode(),
        grid.highestCode());
  }

  /** The values of one channel. */
  static float[] gather(float[] values, int channel, int channels, int inner) {
    if (channels == 1) {
      return values;
    }
    float[] gathered = new float[values.length / channels];
    int outer = values.length / inner / channels;
    for (int block = 0; block < outer; block++) {
      System.arraycopy(
          values, (block * channels + channel) * inner, gathered, block * inner, inner);
    }
    return gathered;
  }

  private static float search(float[] values, float scale, int top) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    if (largest == 0 || largest / scale < top / 2f) {
      // The scale was raised on purpose, because the channel is tiny beside the others.
      return scale;
    }
    float best = scale;
    float[] squares = new float[Math.min(BLOCK, values.length)];
    double smallest = error(values, scale, top, Double.POSITIVE_INFINITY, squares);
    int last = (int) (top * (1 + SATURATION));
    for (int code = last; code > top / 2 && smallest > 0; code--) {
      float candidate = largest / code;
      double error = error(values, candidate, top, smallest, squares);
      if (error < smallest) {
        smallest = error;
        best = candidate;
      }
    }
    return best;
  }

  /** The squared error, or something larger than {@code limit} once it is known to be larger. */
  private static double error(
      float[] values, float scale, float top, double limit, float[] squares) {
    float perStep = 1 / scale;
    double squaredScale = (double) scale * scale;
    double total = 0;
    for (int start = 0; start < values.length && total * squaredScale <= limit; start += BLOCK) {
      int length = Math.min(BLOCK, values.length - start);
      // In this form compilers vectorise it; a sum of floats they cannot.
      for (int index = 0; index < length; index++) {
        float code = values[start + index] * perStep;
        float clamped = Math.max(-top, Math.min(top, code));
        float difference = clamped + ROUNDING - ROUNDING - code;
        squares[index] = difference * difference;
      }
      total += sum(squares, length);
    }
    return total * squaredScale;
  }

  /** Four sums side by side, because one addition need not wait for the one before it then. */
  private static float sum(float[] values, int length) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int index = 0;
    for (; index + 3 < length; index += 4) {
      first += values[index];
      second += values[index + 1];
      third += values[index + 2];
      fourth += values[index + 3];
    }
    for (; index < length; index++) {
      first += values[index];
    }
    return first + second + (third + fourth);
  }
}
