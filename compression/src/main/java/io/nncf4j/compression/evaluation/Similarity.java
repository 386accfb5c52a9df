package io.nncf4j.compression.evaluation;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much alike two models' outputs are: the cosine of the angle between them, {@code sum xy /
 * sqrt(sum x² sum y²)}, over all samples.
 */
final class Similarity {
  private final Map<String, double[]> sums = new LinkedHashMap<>();

  void add(Map<String, Tensor> exact, Map<String, Tensor> compressed) {
    exact.forEach(
        (name, x) -> {
          Tensor y = compressed.get(name);
          if (y != null
              && x.dataType() == DataType.FLOAT32
              && x.dataType() == y.dataType()
              && x.size() == y.size()) {
            add(sums.computeIfAbsent(name, key -> new double[3]), x, y);
          }
        });
  }

  private static void add(double[] sums, Tensor x, Tensor y) {
    float[] exact = x.toFloats();
    float[] compressed = y.toFloats();
    for (int index = 0; index < exact.length; index++) {
      double left = exact[index];
      double right = compressed[index];
      sums[0] += left * right;
      sums[1] += left * left;
      sums[2] += right * right;
    }
  }

  /** By output, 1 for the same direction; outputs that are all zero in one model are left out. */
  Map<String, Double> cosines() {
    Map<String, Double> cosines = new LinkedHashMap<>();
    sums.forEach(
        (name, each) -> {
          if (each[1] > 0 && each[2] > 0) {
            cosines.put(name, each[0] / Math.sqrt(each[1] * each[2]));
          }
        });
    return cosines;
  }
}
