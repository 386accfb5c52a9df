package io.nncf4j.compression.statistics;

/**
 * Finds the range whose uniform quantizer makes the smallest expected squared error on the values
 * of a histogram.
 *
 * <p>Cost of the range [low, high] with n levels, Δ = (high - low) / (n - 1):
 *
 * <pre>  Σ over values inside, without exact zeros: Δ²/12   +   Σ over values outside: distance²
 * </pre>
 *
 * The sums come from prefix sums over the bins, values standing for the middle of their bin, so one
 * candidate costs a few additions. Both ends move over the edges of the bins in turns until neither
 * improves; the result is exact for a symmetric range and a local minimum otherwise. Compare Banner
 * et al., "Post training 4-bit quantization of convolutional networks" (2019), which derives the
 * two terms for known distributions.
 */
public final class RangeSearch {
  private static final int MAXIMUM_TURNS = 16;

  private final Histogram histogram;
  private final int levels;
  private final double[] count;
  private final double[] sum;
  private final double[] squares;

  private RangeSearch(Histogram histogram, int levels) {
    this.histogram = histogram;
    this.levels = levels;
    int bins = histogram.bins();
    count = new double[bins + 1];
    sum = new double[bins + 1];
    squares = new double[bins + 1];
    for (int bin = 0; bin < bins; bin++) {
      double middle = histogram.edge(bin) + histogram.binWidth() / 2;
      double n = histogram.count(bin);
      count[bin + 1] = count[bin] + n;
      sum[bin + 1] = sum[bin] + n * middle;
      squares[bin + 1] = squares[bin] + n * middle * middle;
    }
  }

  /** The range found: {@code min} to {@code max}, never wider than what was seen. */
  public record Range(float min, float max) {}

  /**
   * @param symmetric whether the range mirrors around zero
   * @throws ArithmeticException when the histogram is empty
   */
  public static Range smallestError(Histogram histogram, int levels, boolean symmetric) {
    if (histogram.total() == 0) {
      throw new ArithmeticException("A histogram without values has no range");
    }
    RangeSearch search = new RangeSearch(histogram, levels);
    return symmetric && histogram.min() < 0 ? search.symmetric() : search.freeEnds();
  }

  private Range freeEnds() {
    int low = 0;
    int high = histogram.bins();
    double best = cost(edge(low), low, edge(high), high);
    for (int turn = 0; turn < MAXIMUM_TURNS; turn++) {
      double before = best;
      for (int candidate = low + 1; candidate <= histogram.bins(); candidate++) {
        double cost = cost(edge(low), low, edge(candidate), candidate);
        if (cost < best) {
          best = cost;
          high = candidate;
        }
      }
      for (int candidate = 0; candidate < high; candidate++) {
        double cost = cost(edge(candidate), candidate, edge(high), high);
        if (cost < best) {
          best = cost;
          low = candidate;
        }
      }
      if (best == before) {
        break;
      }
    }
    return range(edge(low), edge(high));
  }

  private Range symmetric() {
    double widest = Math.max(-edge(0), edge(histogram.bins()));
    double best = Double.POSITIVE_INFINITY;
    double found = widest;
    for (double reach = histogram.binWidth(); reach <= widest; reach += histogram.binWidth()) {
      double cost = cost(-reach, binAt(-reach), reach, binAt(reach));
      if (cost < best) {
        best = cost;
        found = reach;
      }
    }
    return range(-found, found);
  }

  private Range range(double low, double high) {
    return new Range(
        Math.max(histogram.min(), (float) low), Math.min(histogram.max(), (float) high));
  }

  private double edge(int bin) {
    return histogram.edge(bin);
  }

  private int binAt(double value) {
    double index = (value - edge(0)) / histogram.binWidth();
    return (int) Math.max(0, Math.min(histogram.bins(), index));
  }

  /** Bins from {@code lowBin} up to {@code highBin} lie inside. */
  private double cost(double low, int lowBin, double high, int highBin) {
    int last = histogram.bins();
    double step = (high - low) / (levels - 1);
    double inside = count[highBin] - count[lowBin];
    if (low <= 0 && high > 0) {
      inside -= histogram.zeros();
    }
    double below = squares[lowBin] - 2 * low * sum[lowBin] + low * low * count[lowBin];
    double above =
        squares[last]
            - squares[highBin]
            - 2 * high * (sum[last] - sum[highBin])
            + high * high * (count[last] - count[highBin]);
    return inside * step * step / 12 + Math.max(0, below) + Math.max(0, above);
  }
}
