package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;

/**
 * The axis of a weight along which output channels lie: the one that can have a scale for each
 * index without leaving integer arithmetic.
 */
public final class WeightAxis {
  private WeightAxis() {}

  /**
   * Non-negative where the rank of the weight is known; 0 for lookup tables, which are quantized
   * per tensor.
   */
  public static int of(Graph graph, Node node, int input) {
    if (!node.operator().isOnnx()) {
      return 0;
    }
    var shape = graph.tensorType(node.input(input)).shape();
    int rank = shape == null ? 2 : shape.rank();
    return switch (node.type()) {
      case "ConvTranspose" -> 1;
      case "Gemm" ->
          input == 1
              ? (node.intAttribute("transB", 0) != 0 ? 0 : 1)
              : node.intAttribute("transA", 0) != 0 ? 1 : 0;
      case "MatMul" -> rank < 2 ? 0 : input == 1 ? rank - 1 : rank - 2;
      default -> 0;
    };
  }
}
