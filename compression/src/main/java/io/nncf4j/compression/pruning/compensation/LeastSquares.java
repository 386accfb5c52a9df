package io.nncf4j.compression.pruning.compensation;

import org.jspecify.annotations.Nullable;

/**
 * Linear regression from sums over samples, drawn towards weights that are known:
 *
 * <pre>
 *   min over W, b of  sum |W x + b - y|^2 + ridge |W - W0|^2
 * </pre>
 *
 * <p>The sums are of x, y, x x' and x y'; the ridge is a share of the mean variance of x, times the
 * number of samples.
 */
final class LeastSquares {
  private final int features;
  private final int targets;
  private final double[] squares;
  private final double[] products;
  private final double[] sums;
  private final double[] targetSums;
  private long count;

  LeastSquares(int features, int targets) {
    this.features = features;
    this.targets = targets;
    squares = new double[features * features];
    products = new double[features * targets];
    sums = new double[features];
    targetSums = new double[targets];
  }

  /**
   * Adds sums over some samples.
   *
   * @param squareSums of x x', by rows
   * @param productSums of x y', a row for each feature
   */
  void add(
      float[] squareSums, float[] productSums, float[] featureSums, float[] ySums, long samples) {
    accumulate(squares, squareSums);
    accumulate(products, productSums);
    accumulate(sums, featureSums);
    accumulate(targetSums, ySums);
    count += samples;
  }

  private static void accumulate(double[] sum, float[] more) {
    for (int index = 0; index < sum.length; index++) {
      sum[index] += more[index];
    }
  }

  long count() {
    return count;
  }

  /** Weights, a row for each target, and what is added to each. */
  record Solution(double[] weights, double[] shifts) {}

  /**
   * @param weights W0, a row for each target
   * @param share the ridge
   * @return null when the sums do not determine a solution
   */
  @Nullable Solution solve(float[] weights, double share) {
    double[] matrix = new double[features * features];
    double trace = 0;
    for (int row = 0; row < features; row++) {
      for (int column = 0; column < features; column++) {
        matrix[row * features + column] =
            squares[row * features + column] - sums[row] * sums[column] / count;
      }
      trace += matrix[row * features + row];
    }
    double[] rest = rest(matrix, weights);
    for (int row = 0; row < features; row++) {
      matrix[row * features + row] += share * trace / features;
    }
    if (!(trace > 0) || !factor(matrix)) {
      return null;
    }
    double[] solved = new double[targets * features];
    double[] shifts = new double[targets];
    for (int target = 0; target < targets; target++) {
      double[] column = substituted(matrix, rest, target);
      double shift = targetSums[target];
      for (int feature = 0; feature < features; feature++) {
        double weight = weights[target * features + feature] + column[feature];
        solved[target * features + feature] = weight;
        shift -= weight * sums[feature];
      }
      shifts[target] = shift / count;
    }
    return new Solution(solved, shifts);
  }

  /** What W0 leaves unexplained: centred products minus matrix times W0. */
  private double[] rest(double[] matrix, float[] weights) {
    double[] rest = new double[features * targets];
    for (int target = 0; target < targets; target++) {
      for (int row = 0; row < features; row++) {
        double sum = products[row * targets + target] - sums[row] * targetSums[target] / count;
        for (int column = 0; column < features; column++) {
          sum -= matrix[row * features + column] * weights[target * features + column];
        }
        rest[target * features + row] = sum;
      }
    }
    return rest;
  }

  /** Cholesky's factor in the lower triangle; false when there is none. */
  private boolean factor(double[] matrix) {
    for (int row = 0; row < features; row++) {
      for (int column = 0; column <= row; column++) {
        double sum = matrix[row * features + column];
        for (int inner = 0; inner < column; inner++) {
          sum -= matrix[row * features + inner] * matrix[column * features + inner];
        }
        if (row == column) {
          if (!(sum > 0)) {
            return false;
          }
          matrix[row * features + row] = Math.sqrt(sum);
        } else {
          matrix[row * features + column] = sum / matrix[column * features + column];
        }
      }
    }
    return true;
  }

  private double[] substituted(double[] factor, double[] rest, int target) {
    double[] found = new double[features];
    for (int row = 0; row < features; row++) {
      double sum = rest[target * features + row];
      for (int column = 0; column < row; column++) {
        sum -= factor[row * features + column] * found[column];
      }
      found[row] = sum / factor[row * features + row];
    }
    for (int row = features - 1; row >= 0; row--) {
      double sum = found[row];
      for (int column = row + 1; column < features; column++) {
        sum -= factor[column * features + row] * found[column];
      }
      found[row] = sum / factor[row * features + row];
    }
    return found;
  }
}
