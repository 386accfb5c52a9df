package io.nncf4j.compression.statistics;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts of values in bins of equal width, exact under any order of adding and merging.
 *
 * <p>Bin {@code i} holds the values from {@code i · 2^k} up to {@code (i + 1) · 2^k}: the width is
 * a power of two and the grid starts at zero, so that doubling the width joins bins in pairs and
 * never splits one. {@code k} is the smallest exponent with which the range seen so far fits into
 * {@link #MAXIMUM_BINS} bins and no index exceeds 2^30; it depends on smallest and largest value
 * alone and only grows, so joining late or early gives the same counts. Zeros are counted on their
 * own as well, because quantization keeps them exactly.
 */
public final class Histogram implements Statistic<Histogram> {
  /** Most bins; with the range in use at least half of it, finer than 8 bits need by far. */
  public static final int MAXIMUM_BINS = 4096;

  private static final int SMALLEST_EXPONENT = -149;
  private static final int INDEX_BITS = 30;

  private int exponent = SMALLEST_EXPONENT;
  private long firstBin;
  private long[] counts = new long[0];
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;
  private long zeros;
  private long total;

  /**
   * Adds all remaining values of the buffer, whose position stays.
   *
   * @throws ArithmeticException when one is NaN or infinite
   */
  public void add(FloatBuffer values) {
    int from = values.position();
    int to = values.limit();
    if (from == to) {
      return;
    }
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int index = from; index < to; index++) {
      low = Math.min(low, values.get(index));
      high = Math.max(high, values.get(index));
    }
    widen(low, high);
    double perBin = Math.scalb(1.0, -exponent);
    double first = firstBin;
    for (int index = from; index < to; index++) {
      double value = values.get(index);
      counts[(int) (Math.floor(value * perBin) - first)]++;
      zeros += value == 0 ? 1 : 0;
    }
    total += to - from;
  }

  public void add(float... values) {
    add(FloatBuffer.wrap(values));
  }

  @Override
  public void merge(Histogram other) {
    if (other.total == 0) {
      return;
    }
    widen(other.min, other.max);
    int shift = exponent - other.exponent;
    for (int bin = 0; bin < other.counts.length; bin++) {
      long index = joined(other.firstBin + bin, shift);
      if (other.counts[bin] > 0) {
        counts[(int) (index - firstBin)] += other.counts[bin];
      }
    }
    zeros += other.zeros;
    total += other.total;
  }

  /** Makes room for values from {@code low} to {@code high}. */
  private void widen(float low, float high) {
    if (!Float.isFinite(low) || !Float.isFinite(high)) {
      throw new ArithmeticException(
          "A histogram takes finite values only; found " + low + " to " + high);
    }
    // Adding 0 turns -0 into 0, so that the two do not depend on which came first.
    float newMin = Math.min(min, low + 0f);
    float newMax = Math.max(max, high + 0f);
    if (newMin == min && newMax == max) {
      return;
    }
    int newExponent = Math.max(exponent, smallestExponent(newMin, newMax));
    long newFirst = binOf(newMin, newExponent);
    long[] joined = new long[(int) (binOf(newMax, newExponent) - newFirst + 1)];
    for (int bin = 0; bin < counts.length; bin++) {
      if (counts[bin] > 0) {
        joined[(int) (joined(firstBin + bin, newExponent - exponent) - newFirst)] += counts[bin];
      }
    }
    exponent = newExponent;
    firstBin = newFirst;
    counts = joined;
    min = newMin;
    max = newMax;
  }

  private static int smallestExponent(float low, float high) {
    float largest = Math.max(Math.abs(low), Math.abs(high));
    int candidate =
        largest == 0
            ? SMALLEST_EXPONENT
            : Math.max(SMALLEST_EXPONENT, Math.getExponent(largest) + 1 - INDEX_BITS);
    while (binOf(high, candidate) - binOf(low, candidate) >= MAXIMUM_BINS) {
      candidate++;
    }
    return candidate;
  }

  private static long binOf(float value, int exponent) {
    return (long) Math.floor(Math.scalb((double) value, -exponent));
  }

  private static long joined(long bin, int shift) {
    return bin >> Math.min(shift, 63);
  }

  /** Number of values. */
  public long total() {
    return total;
  }

  /** Number of values that are exactly zero. */
  public long zeros() {
    return zeros;
  }

  /** Smallest value, infinite when empty. */
  public float min() {
    return min;
  }

  /** Largest value, minus infinity when empty. */
  public float max() {
    return max;
  }

  public int bins() {
    return counts.length;
  }

  public long count(int bin) {
    return counts[bin];
  }

  /** Where bin {@code bin} starts; {@code bins()} gives the end of the last one. */
  public double edge(int bin) {
    return Math.scalb((double) (firstBin + bin), exponent);
  }

  /** Width of a bin, a power of two. */
  public double binWidth() {
    return Math.scalb(1.0, exponent);
  }

  /**
   * The value below which a share of {@code fraction} lies, 0 to 1: linear within a bin, and never
   * outside of what was seen.
   *
   * @throws ArithmeticException when nothing was added
   */
  public double quantile(double fraction) {
    if (total == 0) {
      throw new ArithmeticException("A histogram without values has no quantiles");
    }
    double wanted = fraction * total;
    long below = 0;
    for (int bin = 0; bin < counts.length; bin++) {
      if (counts[bin] > 0 && below + counts[bin] >= wanted) {
        double share = Math.max(0, (wanted - below) / counts[bin]);
        double value = edge(bin) + share * binWidth();
        return Math.max(min, Math.min(max, value));
      }
      below += counts[bin];
    }
    return max;
  }

  /** About how many values lie below {@code value}: linear within a bin. */
  public double countBelow(double value) {
    double below = 0;
    for (int bin = 0; bin < counts.length && edge(bin) < value; bin++) {
      below += counts[bin] * Math.min(1, (value - edge(bin)) / binWidth());
    }
    return below;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Histogram that
        && exponent == that.exponent
        && firstBin == that.firstBin
        && zeros == that.zeros
        && min == that.min
        && max == that.max
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(counts) + exponent;
  }

  @Override
  public String toString() {
    return total + " values in " + counts.length + " bins from " + min + " to " + max;
  }
}
