package io.nncf4j.compression.quantization;

import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;

/** Weights with NaN or infinity have no range, and no model with them computes anything. */
final class FiniteWeights {
  private FiniteWeights() {}

  /**
   * Looks at the constants of the nodes whose weights are to be quantized, biases included.
   *
   * @throws InputException naming the first node and tensor with a value that is not finite
   */
  static void check(Graph graph, List<WeightPlacement> weights) {
    for (WeightPlacement placement : weights) {
      Node node = graph.node(placement.node());
      if (node != null) {
        node.inputs().forEach(input -> check(graph, node, input));
      }
    }
  }

  private static void check(Graph graph, Node node, String input) {
    Tensor tensor = input.isEmpty() ? null : graph.constantValue(input);
    if (tensor == null || !tensor.dataType().isFloatingPoint()) {
      return;
    }
    long wrong = 0;
    for (int index = 0; index < tensor.size(); index++) {
      wrong += Double.isFinite(tensor.doubleAt(index)) ? 0 : 1;
    }
    if (wrong > 0) {
      throw new InputException(
          "Node \"%s\" (%s): %d of the %d values of its weight \"%s\" are NaN or infinite. Such a model cannot be quantized; export it again from sound weights"
              .formatted(node.name(), node.type(), wrong, tensor.size(), input));
    }
  }
}
