package io.nncf4j.compression.quantization.range;

import io.nncf4j.core.InputException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Smallest and largest value seen, one pair for a tensor or one for each channel.
 *
 * @param min smallest values
 * @param max largest values, as many as {@code min} and none below it
 */
public record ObservedRange(float[] min, float[] max) {
  public ObservedRange {
    if (min.length == 0 || min.length != max.length) {
      throw new InputException(
          "A range needs as many minima as maxima, and at least one; found "
              + min.length
              + " and "
              + max.length);
    }
    for (int channel = 0; channel < min.length; channel++) {
      if (!Float.isFinite(min[channel]) || !Float.isFinite(max[channel])) {
        throw new InputException(
            "A range must be finite; found " + min[channel] + " to " + max[channel]);
      }
      if (min[channel] > max[channel]) {
        throw new InputException(
            "A range ends below its start: " + min[channel] + " to " + max[channel]);
      }
    }
  }

  /** The range of a whole tensor. */
  public static ObservedRange of(float min, float max) {
    return new ObservedRange(new float[] {min}, new float[] {max});
  }

  public int channels() {
    return min.length;
  }

  /** One pair that holds all channels. */
  public ObservedRange perTensor() {
    float low = min[0];
    float high = max[0];
    for (int channel = 1; channel < min.length; channel++) {
      low = Math.min(low, min[channel]);
      high = Math.max(high, max[channel]);
    }
    return of(low, high);
  }

  /** The range that holds all of {@code ranges}, per tensor: what unified quantizers share. */
  public static ObservedRange union(List<ObservedRange> ranges) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (ObservedRange range : ranges) {
      ObservedRange whole = range.perTensor();
      low = Math.min(low, whole.min[0]);
      high = Math.max(high, whole.max[0]);
    }
    return of(low, high);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ObservedRange that
        && Arrays.equals(min, that.min)
        && Arrays.equals(max, that.max);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(min) + Arrays.hashCode(max);
  }

  @Override
  public String toString() {
    return Arrays.toString(min) + " to " + Arrays.toString(max);
  }
}
