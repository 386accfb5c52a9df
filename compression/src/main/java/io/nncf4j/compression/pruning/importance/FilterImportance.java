package io.nncf4j.compression.pruning.importance;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * A measure of filters: what lies along one dimension of a weight. Sums are of doubles, in the
 * order of elements.
 */
public enum FilterImportance {
  /** Sum of magnitudes. */
  L1,
  /** Root of the sum of squares. */
  L2,
  /**
   * Sum of the Euclidean distances to all other filters of the layer: a filter near the middle of
   * the others is the easiest to replace (He et al. 2019, "Filter Pruning via Geometric Median").
   */
  GEOMETRIC_MEDIAN;

  /** The measure by the name that configurations use, in any case. */
  public static FilterImportance named(String name) {
    for (FilterImportance importance : values()) {
      if (importance.name().equalsIgnoreCase(name.replace('-', '_'))) {
        return importance;
      }
    }
    throw new InputException(
        "Filter importance should be one of L1, L2, geometric_median; found \"" + name + "\"");
  }

  /** The name in configurations. */
  public String label() {
    return this == GEOMETRIC_MEDIAN ? name().toLowerCase(Locale.ROOT) : name();
  }

  /**
   * Importance of each filter.
   *
   * @param weight a weight of any rank
   * @param dimension its dimension over filters
   */
  public double[] of(Tensor weight, int dimension) {
    return of(filters(weight, dimension));
  }

  /**
   * As {@link #of(Tensor, int)} after the weight was divided by its Euclidean norm, so that layers
   * can be compared.
   */
  public double[] normalized(Tensor weight, int dimension) {
    double[][] filters = filters(weight, dimension);
    double square = 0;
    for (double[] filter : filters) {
      for (double value : filter) {
        square += value * value;
      }
    }
    double norm = Math.sqrt(square);
    if (norm > 0) {
      for (double[] filter : filters) {
        for (int index = 0; index < filter.length; index++) {
          filter[index] /= norm;
        }
      }
    }
    return of(filters);
  }

  private double[] of(double[][] filters) {
    return switch (this) {
      case L1 -> Arrays.stream(filters).mapToDouble(FilterImportance::magnitude).toArray();
      case L2 -> Arrays.stream(filters).mapToDouble(FilterImportance::norm).toArray();
      case GEOMETRIC_MEDIAN -> distances(filters);
    };
  }

  private static double magnitude(double[] filter) {
    double sum = 0;
    for (double value : filter) {
      sum += Math.abs(value);
    }
    return sum;
  }

  private static double norm(double[] filter) {
    double sum = 0;
    for (double value : filter) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private static double[] distances(double[][] filters) {
    double[] sums = new double[filters.length];
    for (int left = 0; left < filters.length; left++) {
      for (int right = left + 1; right < filters.length; right++) {
        double square = 0;
        for (int index = 0; index < filters[left].length; index++) {
          double difference = filters[left][index] - filters[right][index];
          square += difference * difference;
        }
        double distance = Math.sqrt(square);
        sums[left] += distance;
        sums[right] += distance;
      }
    }
    return sums;
  }

  /** The weight as one row for each filter. */
  private static double[][] filters(Tensor weight, int dimension) {
    long[] shape = weight.shape();
    int outer = 1;
    int inner = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      outer *= axis < dimension ? (int) shape[axis] : 1;
      inner *= axis > dimension ? (int) shape[axis] : 1;
    }
    int count = (int) shape[dimension];
    double[][] filters = new double[count][outer * inner];
    for (int row = 0; row < outer; row++) {
      for (int filter = 0; filter < count; filter++) {
        for (int column = 0; column < inner; column++) {
          filters[filter][row * inner + column] =
              weight.floatAt((row * count + filter) * inner + column);
        }
      }
    }
    return filters;
  }
}
