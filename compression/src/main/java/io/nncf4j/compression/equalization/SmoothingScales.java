package io.nncf4j.compression.equalization;

import java.util.Arrays;

/**
 * The factors of SmoothQuant for one layer:
 *
 * <pre>  s[j] = max|X[j]|^alpha / max|W[j]|^(1 - alpha),   clipped to its 10 % quantile and 100
 * </pre>
 *
 * <p>Equation 4 of Xiao et al., "SmoothQuant: Accurate and Efficient Post-Training Quantization for
 * Large Language Models" (arXiv 2211.10438). Activations are divided by them, weights multiplied.
 */
final class SmoothingScales {
  private static final double SMALLEST_MAXIMUM = 1e-5;
  private static final double LARGEST_SCALE = 100;
  private static final double LOWEST_QUANTILE = 0.1;
  private static final double EPSILON = Math.ulp(1f);

  private SmoothingScales() {}

  static double[] of(float[] activationMaxima, double[] weightMaxima, double alpha) {
    double[] scales = new double[weightMaxima.length];
    for (int channel = 0; channel < scales.length; channel++) {
      double x = Math.max(activationMaxima[channel], SMALLEST_MAXIMUM);
      double w = Math.max(weightMaxima[channel], SMALLEST_MAXIMUM);
      scales[channel] = Math.pow(x, alpha) / (Math.pow(w, 1 - alpha) + EPSILON);
    }
    double floor = quantile(scales, LOWEST_QUANTILE);
    for (int channel = 0; channel < scales.length; channel++) {
      scales[channel] = Math.min(LARGEST_SCALE, Math.max(floor, scales[channel]));
    }
    return scales;
  }

  /** How even they are, 1 at most: of the layers that share an activation the most even decides. */
  static double evenness(double[] scales) {
    double smallest = Arrays.stream(scales).min().orElse(1);
    double largest = Arrays.stream(scales).max().orElse(1);
    return smallest / (largest + EPSILON);
  }

  /** Linear between the nearest ranks. */
  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
