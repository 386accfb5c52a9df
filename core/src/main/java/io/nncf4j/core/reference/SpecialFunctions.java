package io.nncf4j.core.reference;

/** Functions that {@link Math} lacks, to about 14 digits. */
final class SpecialFunctions {
  private SpecialFunctions() {}

  /**
   * The error function: a series without cancellation near zero, the continued fraction of its
   * complement elsewhere (Abramowitz and Stegun 7.1.6 and 7.1.14).
   */
  static double erf(double x) {
    double magnitude = Math.abs(x);
    if (Double.isNaN(x) || magnitude > 6) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    if (magnitude < 3) {
      double term = x;
      double sum = x;
      for (int n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
    double fraction = 0;
    for (int n = 60; n >= 1; n--) {
      fraction = n / 2.0 / (magnitude + fraction);
    }
    double complement =
        Math.exp(-magnitude * magnitude) / Math.sqrt(Math.PI) / (magnitude + fraction);
    return Math.copySign(1 - complement, x);
  }

  /** Does not overflow for large negative x. */
  static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  static double asinh(double x) {
    double magnitude = Math.abs(x);
    return Math.copySign(Math.log(magnitude + Math.sqrt(magnitude * magnitude + 1)), x);
  }
}
