package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.config.RangeInitializer;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.statistics.Histogram;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * What the range initialisers that look at the distribution need of one quantizer: a histogram for
 * each channel, and the sums of each sample's percentiles. Exact to the width of a bin, a few
 * thousandths of the range; memory does not depend on the number of samples.
 */
final class ObservedHistogram {
  /** Makes the median absolute deviation of a normal distribution its standard deviation. */
  private static final double NORMAL = 1.4826230;

  private final RangeInitializer rule;
  private final Histogram[] channels;
  private final double[] lowSums;
  private final double[] highSums;
  private long samples;

  ObservedHistogram(RangeInitializer rule, int channels) {
    this.rule = rule;
    this.channels = new Histogram[channels];
    Arrays.setAll(this.channels, channel -> new Histogram());
    lowSums = new double[channels];
    highSums = new double[channels];
  }

  /** Adds one sample: for each channel its values. */
  void add(float[][] values) {
    for (int channel = 0; channel < channels.length; channel++) {
      float[] own = values[channel];
      channels[channel].add(own);
      if (rule.type() == RangeInitializer.Type.MEAN_PERCENTILE) {
        Histogram one = new Histogram();
        one.add(own);
        ObservedRange range = percentiles(one);
        lowSums[channel] += range.min()[0];
        highSums[channel] += range.max()[0];
      }
    }
    samples++;
  }

  ObservedRange range() {
    float[] min = new float[channels.length];
    float[] max = new float[channels.length];
    for (int channel = 0; channel < channels.length; channel++) {
      ObservedRange range =
          switch (rule.type()) {
            case PERCENTILE -> percentiles(channels[channel]);
            case MEAN_PERCENTILE ->
                ObservedRange.of(
                    (float) (lowSums[channel] / samples), (float) (highSums[channel] / samples));
            default -> threeSigma(channels[channel]);
          };
      min[channel] = range.min()[0];
      max[channel] = range.max()[0];
    }
    return new ObservedRange(min, max);
  }

  private ObservedRange percentiles(Histogram histogram) {
    TreeMap<Double, Long> bins = bins(histogram);
    double low = quantile(bins, rule.minPercentile() / 100);
    double high = quantile(bins, rule.maxPercentile() / 100);
    return ObservedRange.of((float) low, (float) high);
  }

  private static ObservedRange threeSigma(Histogram histogram) {
    TreeMap<Double, Long> bins = bins(histogram);
    double median = quantile(bins, 0.5);
    TreeMap<Double, Long> deviations = new TreeMap<>();
    bins.forEach((value, count) -> deviations.merge(Math.abs(value - median), count, Long::sum));
    double reach = 3 * NORMAL * quantile(deviations, 0.5);
    return ObservedRange.of((float) (median - reach), (float) (median + reach));
  }

  /** Middles of the bins, ends kept inside the values seen, with their counts. */
  private static TreeMap<Double, Long> bins(Histogram histogram) {
    TreeMap<Double, Long> bins = new TreeMap<>();
    for (int bin = 0; bin < histogram.bins(); bin++) {
      long count = histogram.count(bin);
      if (count > 0) {
        double middle = (histogram.edge(bin) + histogram.edge(bin + 1)) / 2;
        double inside = Math.max(histogram.min(), Math.min(histogram.max(), middle));
        bins.merge(inside, count, Long::sum);
      }
    }
    return bins;
  }

  private static double quantile(TreeMap<Double, Long> bins, double share) {
    long total = bins.values().stream().mapToLong(Long::longValue).sum();
    double wanted = share * (total - 1);
    long seen = 0;
    for (var bin : bins.entrySet()) {
      seen += bin.getValue();
      if (seen > wanted) {
        return bin.getKey();
      }
    }
    return bins.isEmpty() ? 0 : bins.lastKey();
  }
}
