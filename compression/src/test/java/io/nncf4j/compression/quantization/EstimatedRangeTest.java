package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.RangeEstimator.Aggregator;
import io.nncf4j.compression.options.RangeEstimator.End;
import io.nncf4j.compression.options.RangeEstimator.Statistic;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.statistics.RangeSearch;
import io.nncf4j.compression.statistics.TensorDistribution;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Each estimator against the same rule applied to all elements, sorted. */
class EstimatedRangeTest {
  private static final double TAIL = 0.01;
  private static final int SAMPLES = 9;
  private static final Quantizer QUANTIZER = Quantizer.asymmetric(8);

  private final List<float[]> samples = new ArrayList<>();
  private final ValueRange range = new ValueRange();
  private final TensorDistribution distribution = new TensorDistribution(TAIL, TAIL);
  private final double tolerance;

  EstimatedRangeTest() {
    Random random = new Random(4);
    for (int sample = 0; sample < SAMPLES; sample++) {
      float[] values = new float[2000];
      for (int index = 0; index < values.length; index++) {
        // One sample stands out; upper ends are longer than lower ones.
        values[index] = (float) (random.nextGaussian() * (sample == 3 ? 20 : 2 + 0.3 * sample));
        values[index] *= values[index] > 0 ? 1.5f : 1;
      }
      Arrays.sort(values);
      samples.add(values);
      range.add(new float[] {values[0]}, new float[] {values[values.length - 1]});
      distribution.add(FloatBuffer.wrap(values));
    }
    // Two bins of a histogram that reaches over everything.
    tolerance = 2 * (max(this::high) - min(this::low)) / 1024;
  }

  private double low(float[] sorted) {
    return sorted[0];
  }

  private double high(float[] sorted) {
    return sorted[sorted.length - 1];
  }

  private static double quantile(float[] sorted, double fraction) {
    return sorted[(int) Math.round(fraction * (sorted.length - 1))];
  }

  private static float[] magnitudes(float[] values) {
    float[] magnitudes = values.clone();
    for (int index = 0; index < magnitudes.length; index++) {
      magnitudes[index] = Math.abs(magnitudes[index]);
    }
    Arrays.sort(magnitudes);
    return magnitudes;
  }

  private double[] ofSamples(ToDoubleFunction<float[]> statistic) {
    return samples.stream().mapToDouble(statistic).sorted().toArray();
  }

  private double min(ToDoubleFunction<float[]> statistic) {
    return ofSamples(statistic)[0];
  }

  private double max(ToDoubleFunction<float[]> statistic) {
    return ofSamples(statistic)[SAMPLES - 1];
  }

  private double mean(ToDoubleFunction<float[]> statistic) {
    return Arrays.stream(ofSamples(statistic)).average().orElseThrow();
  }

  private double median(ToDoubleFunction<float[]> statistic) {
    return ofSamples(statistic)[SAMPLES / 2];
  }

  private double meanWithoutOutliers(ToDoubleFunction<float[]> statistic) {
    return Arrays.stream(ofSamples(statistic), 1, SAMPLES - 1).average().orElseThrow();
  }

  private float[] elements() {
    float[] all = new float[SAMPLES * samples.get(0).length];
    for (int sample = 0; sample < SAMPLES; sample++) {
      float[] values = samples.get(sample);
      System.arraycopy(values, 0, all, sample * values.length, values.length);
    }
    Arrays.sort(all);
    return all;
  }

  private void check(RangeEstimator estimator, double low, double high, double within) {
    ObservedRange found = EstimatedRange.ofActivation(range, distribution, estimator, QUANTIZER);
    assertThat(found.min()[0]).as("%s", estimator).isCloseTo((float) low, within((float) within));
    assertThat(found.max()[0]).as("%s", estimator).isCloseTo((float) high, within((float) within));
  }

  private static RangeEstimator estimator(
      Statistic low, Aggregator forLow, Statistic high, Aggregator forHigh) {
    return new RangeEstimator(new End(low, forLow, TAIL), new End(high, forHigh, TAIL));
  }

  @Test
  void extremesAreExact() {
    check(RangeEstimator.MIN_MAX, min(this::low), max(this::high), 0);
    check(RangeEstimator.MEAN_MIN_MAX, mean(this::low), mean(this::high), 1e-5);
    double limitedLow = Math.max(min(this::low), 1.25 * mean(this::low));
    double limitedHigh = Math.min(max(this::high), 1.25 * mean(this::high));
    check(RangeEstimator.LIMITED_MIN_MAX, limitedLow, limitedHigh, 1e-5);
    assertThat(limitedLow).isGreaterThan(min(this::low)).isLessThan(mean(this::low));
  }

  @Test
  void samplesThatStandOutCountLess() {
    check(RangeEstimator.MEDIAN_MIN_MAX, median(this::low), median(this::high), tolerance);
    check(
        RangeEstimator.MEAN_NO_OUTLIERS_MIN_MAX,
        meanWithoutOutliers(this::low),
        meanWithoutOutliers(this::high),
        tolerance);
    assertThat(mean(this::high) - meanWithoutOutliers(this::high)).isGreaterThan(3 * tolerance);
  }

  @Test
  void quantilesLeaveTheirShareOut() {
    check(
        estimator(Statistic.QUANTILE, Aggregator.MEAN, Statistic.QUANTILE, Aggregator.MEAN),
        mean(values -> quantile(values, TAIL)),
        mean(values -> quantile(values, 1 - TAIL)),
        tolerance);
    check(
        RangeEstimator.percentile(TAIL),
        quantile(elements(), TAIL),
        quantile(elements(), 1 - TAIL),
        tolerance);
    check(
        estimator(Statistic.QUANTILE, Aggregator.MIN, Statistic.ABS_QUANTILE, Aggregator.MAX),
        min(values -> quantile(values, TAIL)),
        max(values -> quantile(magnitudes(values), 1 - TAIL)),
        // Of one sample that reaches far, few elements lie there.
        3 * tolerance);
  }

  @Test
  void endsMayDiffer() {
    check(
        estimator(Statistic.MIN, Aggregator.MEDIAN, Statistic.ABS_MAX, Aggregator.MEAN),
        median(this::low),
        mean(values -> high(magnitudes(values))),
        tolerance);
    check(
        estimator(Statistic.MIN, Aggregator.LIMITED, Statistic.MAX, Aggregator.MEDIAN),
        1.25 * mean(this::low),
        median(this::high),
        tolerance);
  }

  @Test
  void histogramTakesTheSmallestError() {
    RangeSearch.Range best = RangeSearch.smallestError(distribution.elements(), 256, false);
    check(RangeEstimator.HISTOGRAM, best.min(), best.max(), 0);
    assertThat(best.max()).isLessThan((float) max(this::high));
  }
}
