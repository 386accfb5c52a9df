package io.nncf4j.compression.training.quantization;

import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;

/** The grid of a quantized weight after each of its channels was multiplied by some factor. */
final class FoldedGrid {
  private FoldedGrid() {}

  /**
   * The grid that holds {@code after} with the integers that {@code grid} has for {@code before};
   * see {@link StripQuantizers}.
   *
   * @param before weight on {@code grid}
   * @param after the same with its channels multiplied
   * @param channelAxis axis of the channels, may be negative
   */
  static IntegerGrid of(IntegerGrid grid, Tensor before, Tensor after, int channelAxis) {
    return withOneZeroPoint(folded(grid, before, after, channelAxis));
  }

  private static IntegerGrid folded(
      IntegerGrid grid, Tensor before, Tensor after, int channelAxis) {
    int axis = Math.floorMod(channelAxis, before.rank());
    int channels = (int) before.dimension(axis);
    double[] factors = factors(before, after, axis, channels);
    boolean isOne = true;
    for (double factor : factors) {
      isOne &= factor == 1;
    }
    if (isOne) {
      return grid;
    }
    float[] scales = new float[channels];
    double[] zeroPoints = new double[channels];
    for (int channel = 0; channel < channels; channel++) {
      int from = grid.isPerChannel() ? channel : 0;
      double scale = grid.scale().doubleAt(from);
      double zero = grid.zeroPoint().doubleAt(from);
      // A factor of zero leaves zeros only, which are on every grid.
      double size = factors[channel] == 0 ? 1 : Math.abs(factors[channel]);
      scales[channel] = Math.max((float) (scale * size), Float.MIN_NORMAL);
      zeroPoints[channel] =
          factors[channel] < 0 ? grid.lowestCode() + grid.highestCode() - zero : zero;
    }
    return new IntegerGrid(
        Tensor.ofFloats(scales, channels),
        Tensor.ofDoubles(grid.type(), zeroPoints, channels),
        grid.lowestCode(),
        grid.highestCode());
  }

  /**
   * The same grid with zero as the code of zero in every channel, where channels differ in it: ONNX
   * Runtime makes an integer kernel of any 8-bit weight, and then refuses several zero points.
   * Codes that no longer fit 8 bits become 16-bit ones, of which it makes no integer kernel.
   */
  private static IntegerGrid withOneZeroPoint(IntegerGrid grid) {
    long[] zeros = grid.zeroPoint().toLongs();
    long least = Arrays.stream(zeros).min().orElse(0);
    long most = Arrays.stream(zeros).max().orElse(0);
    if (least == most || grid.type().bits() != Byte.SIZE) {
      return grid;
    }
    long lowest = grid.lowestCode() - most;
    long highest = grid.highestCode() - least;
    DataType type =
        lowest >= Byte.MIN_VALUE && highest <= Byte.MAX_VALUE ? DataType.INT8 : DataType.INT16;
    Tensor zero = Tensor.ofDoubles(type, new double[zeros.length], zeros.length);
    return new IntegerGrid(grid.scale(), zero, lowest, highest);
  }

  /** Read off at the largest element of each channel; 1 for a channel of zeros. */
  private static double[] factors(Tensor before, Tensor after, int axis, int channels) {
    int inner = 1;
    for (int behind = axis + 1; behind < before.rank(); behind++) {
      inner *= (int) before.dimension(behind);
    }
    double[] largest = new double[channels];
    double[] factors = new double[channels];
    Arrays.fill(factors, 1);
    for (int index = 0; index < before.size(); index++) {
      double value = before.doubleAt(index);
      int channel = index / inner % channels;
      if (Math.abs(value) > largest[channel]) {
        largest[channel] = Math.abs(value);
        factors[channel] = after.doubleAt(index) / value;
      }
    }
    return factors;
  }
}
