package io.nncf4j.cli.inspect;

import io.nncf4j.cli.inspect.Inspection.Precision;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All constants of a model, in bodies and Constant nodes too. */
final class Weights {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  static Weights of(Graph graph) {
    Weights weights = new Weights();
    weights.collect(graph, "");
    return weights;
  }

  private void collect(Graph graph, String path) {
    graph.constants().forEach((name, tensor) -> tensors.put(path + name, tensor));
    for (Node node : graph.nodes()) {
      if (node.is("Constant")
          && node.attributes().get("value") instanceof Attribute.TensorAttribute constant) {
        tensors.put(path + node.output(0), constant.value());
      }
      for (Graph body : node.attributes().graphs()) {
        collect(body, path + node.name() + "/");
      }
    }
  }

  /** Shapes, axes, indices and flags are no weights. */
  private static boolean isWeight(Tensor tensor) {
    return tensor.dataType() != DataType.INT64
        && tensor.dataType() != DataType.BOOL
        && tensor.dataType() != DataType.STRING;
  }

  List<Precision> precisions() {
    Map<DataType, Precision> sums = new EnumMap<>(DataType.class);
    for (Tensor tensor : tensors.values()) {
      if (isWeight(tensor)) {
        Precision one =
            new Precision(tensor.dataType().label(), 1, tensor.size(), tensor.byteCount());
        sums.merge(tensor.dataType(), one, Weights::sum);
      }
    }
    return sums.values().stream()
        .sorted(Comparator.comparingLong(Precision::bytes).reversed())
        .toList();
  }

  private static Precision sum(Precision one, Precision other) {
    return new Precision(
        one.type(),
        one.tensors() + other.tensors(),
        one.elements() + other.elements(),
        one.bytes() + other.bytes());
  }

  /** One finding for each weight that holds NaN or infinity. */
  List<Finding> notFinite() {
    List<Finding> findings = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          long count = tensor.dataType().isFloatingPoint() ? countNotFinite(tensor) : 0;
          if (count > 0) {
            findings.add(
                Finding.warning(
                    "not-finite-weight",
                    "the weight \""
                        + name
                        + "\" ("
                        + tensor
                        + ") holds "
                        + count
                        + (count == 1 ? " value that is" : " values that are")
                        + " NaN or infinite"));
          }
        });
    return findings;
  }

  private static long countNotFinite(Tensor tensor) {
    long count = 0;
    if (tensor.dataType() == DataType.FLOAT32) {
      FloatBuffer values = tensor.data().asFloatBuffer();
      for (int index = 0; index < tensor.size(); index++) {
        count += Float.isFinite(values.get(index)) ? 0 : 1;
      }
      return count;
    }
    for (int index = 0; index < tensor.size(); index++) {
      count += Double.isFinite(tensor.doubleAt(index)) ? 0 : 1;
    }
    return count;
  }
}
