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

  private static float[] gather(float[] values, int channel, int channels, int inner) {
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
    double smallest = error(values, scale, top);
    int last = (int) (top * (1 + SATURATION));
    for (int code = last; code > top / 2 && smallest > 0; code--) {
      float candidate = largest / code;
      double error = error(values, candidate, top);
      if (error < smallest) {
        smallest = error;
        best = candidate;
      }
    }
    return best;
  }

  private static double error(float[] values, float scale, float top) {
    float perStep = 1 / scale;
    double total = 0;
    // Blocks keep the float sum short, and the inner loop in a form that compilers vectorise.
    for (int start = 0; start < values.length; start += 256) {
      int end = Math.min(values.length, start + 256);
      float sum = 0;
      for (int index = start; index < end; index++) {
        float code = values[index] * perStep;
        float clamped = Math.max(-top, Math.min(top, code));
        float rounded = clamped + ROUNDING - ROUNDING;
        float difference = rounded - code;
        sum += difference * difference;
      }
      total += sum;
    }
    return total * scale * scale;
  }
}
