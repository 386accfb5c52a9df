package io.nncf4j.compression.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static float[] gaussian(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void quantilesAgreeWithSorting() {
    float[] values = gaussian(20_000, 1);
    Histogram histogram = new Histogram();
    histogram.add(values);
    Arrays.sort(values);
    for (double fraction : new double[] {0.01, 0.25, 0.5, 0.9, 0.98}) {
      assertThat(histogram.quantile(fraction))
          .isCloseTo(values[(int) (fraction * values.length)], within(2 * histogram.binWidth()));
    }
    assertThat(histogram.quantile(0)).isEqualTo(values[0]);
    assertThat(histogram.quantile(1)).isEqualTo(values[values.length - 1]);
  }

  @Test
  void refusesWhatIsNotFinite() {
    assertThatThrownBy(() -> new Histogram().add(1f, Float.NaN))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Histogram().add(1f, Float.POSITIVE_INFINITY))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void rangeSearchCutsAnOutlierOff() {
    float[] values = gaussian(50_000, 2);
    values[0] = 100;
    Histogram histogram = new Histogram();
    histogram.add(values);
    RangeSearch.Range range = RangeSearch.smallestError(histogram, 16, false);
    assertThat(range.max()).isBetween(2f, 8f);
    assertThat(range.min()).isBetween(-5f, -2f);
  }

  /**
   * The cost of every pair of edges, computed value by value, is never clearly below the found one.
   */
  @Test
  void rangeSearchFindsWhatTryingFinds() {
    float[] values = gaussian(3_000, 3);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i] * values[i] * values[i]);
    }
    Histogram histogram = new Histogram();
    histogram.add(values);
    RangeSearch.Range range = RangeSearch.smallestError(histogram, 16, false);
    double best = Double.POSITIVE_INFINITY;
    for (float high = 0.5f; high <= histogram.max(); high += 0.05f) {
      best = Math.min(best, error(values, range.min(), high));
    }
    assertThat(error(values, range.min(), range.max())).isLessThan(1.1 * best);
    assertThat(range.max()).isLessThan(histogram.max());
  }

  private static double error(float[] values, float low, float high) {
    double step = (high - low) / 15;
    double error = 0;
    for (float value : values) {
      double clipped = Math.max(low, Math.min(high, value));
      double quantized = low + Math.rint((clipped - low) / step) * step;
      error += (value - quantized) * (value - quantized);
    }
    return error;
  }
}
