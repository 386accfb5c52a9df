package io.nncf4j.core.quantize;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;

/** Derives scale and zero point from a range. */
final class GridFromRange {
  /** How far, in steps, zero may lie from its level: covers float32 rounding of the range. */
  private static final double TOLERANCE = 0.01;

  private GridFromRange() {}

  static IntegerGrid of(int levels, Tensor low, Tensor high, DataType type) {
    long available = IntegerGrid.highestCode(type) - IntegerGrid.lowestCode(type) + 1;
    if (levels > available) {
      throw new InputException(
          levels + " levels do not fit the " + available + " codes of " + type.label());
    }
    // A signed narrow range leaves the lowest code out; an unsigned one starts at 0.
    long highest = type.isSigned() ? (levels - 1) / 2 : levels - 1;
    long lowest = highest - levels + 1;
    double[] scales = new double[low.size()];
    double[] zeroPoints = new double[low.size()];
    for (int channel = 0; channel < scales.length; channel++) {
      double width = high.doubleAt(channel) - low.doubleAt(channel);
      // A range without width quantizes everything to one value; any step will do.
      double scale = width > 0 ? width / (levels - 1) : 1.0;
      double fromLow = -low.doubleAt(channel) / scale;
      double zero = Math.rint(fromLow);
      if (!(Math.abs(fromLow - zero) <= TOLERANCE) || zero < 0 || zero > levels - 1) {
        throw new InputException(
            "the range "
                + low.doubleAt(channel)
                + " to "
                + high.doubleAt(channel)
                + " of channel "
                + channel
                + " has no level at zero, so no zero point expresses it");
      }
      scales[channel] = scale;
      zeroPoints[channel] = zero + lowest;
    }
    DataType real = low.dataType();
    return new IntegerGrid(
        Tensor.ofDoubles(real, scales, low.shape()),
        Tensor.ofDoubles(type, zeroPoints, low.shape()),
        lowest,
        highest);
  }
}
