package io.nncf4j.compression.training.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.config.RangeInitializer;
import io.nncf4j.compression.config.RangeInitializer.Type;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.quantization.range.ObservedRange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The recorded table of NNCF's range initialisers: channels 1 to 10000, minus twice that, three
 * times that; a second sample doubled. Histograms answer to within a bin.
 */
class ObservedHistogramTest {
  private static final double BIN = 1e-3;

  private static float[][] sample(int factor, boolean perChannel) {
    int[] channels = {1, -2, 3};
    float[][] rows = new float[perChannel ? 3 : 1][perChannel ? 10_000 : 30_000];
    for (int channel = 0; channel < 3; channel++) {
      for (int index = 0; index < 10_000; index++) {
        float value = factor * channels[channel] * (index + 1f);
        rows[perChannel ? channel : 0][perChannel ? index : channel * 10_000 + index] = value;
      }
    }
    return rows;
  }

  private static ObservedRange range(Type type, boolean perChannel, boolean isWeight) {
    boolean middle = type == Type.PERCENTILE;
    RangeInitializer rule =
        new RangeInitializer(
            2,
            type,
            middle ? 32.10 : 0.1,
            middle ? 67.89 : 99.9,
            new ScopeFilter(null, List.of(), true),
            Optional.empty());
    ObservedHistogram histogram = new ObservedHistogram(rule, perChannel ? 3 : 1);
    histogram.add(sample(1, perChannel));
    if (!isWeight) {
      histogram.add(sample(2, perChannel));
    }
    return histogram.range();
  }

  private static void check(
      Type type, boolean perChannel, boolean isWeight, double[] low, double[] high) {
    ObservedRange found = range(type, perChannel, isWeight);
    double width = 120_000;
    for (int channel = 0; channel < low.length; channel++) {
      assertThat((double) found.min()[channel]).isCloseTo(low[channel], within(BIN * width));
      assertThat((double) found.max()[channel]).isCloseTo(high[channel], within(BIN * width));
    }
  }

  @Test
  void rangesFollowTheTable() {
    check(
        Type.THREESIGMA,
        true,
        true,
        new double[] {-6119.17, -32240.34, -18357.52},
        new double[] {-6119.17 + 22239.34, -32240.34 + 44478.69, -18357.52 + 66718.03});
    check(
        Type.THREESIGMA,
        false,
        false,
        new double[] {-42660.14},
        new double[] {-42660.14 + 95322.27});
    check(
        Type.PERCENTILE,
        true,
        false,
        new double[] {4280.68, -18108, 12842.04},
        new double[] {4280.68 + 4771.64, -18108 + 9544, 12842.04 + 14314.93});
    check(Type.PERCENTILE, false, true, new double[] {-740.64}, new double[] {-740.64 + 8516.64});
    check(
        Type.MEAN_PERCENTILE,
        true,
        false,
        new double[] {16.498, -29970, 49.496},
        new double[] {16.498 + 14968.5, -29970 + 29937, 49.496 + 44905.5});
    check(
        Type.MEAN_PERCENTILE,
        false,
        false,
        new double[] {-29910},
        new double[] {-29910 + 74775.02});
  }
}
