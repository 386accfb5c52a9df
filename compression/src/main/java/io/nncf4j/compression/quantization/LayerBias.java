package io.nncf4j.compression.quantization;

import io.nncf4j.compression.quantization.plan.ActivationPlacement.InputUse;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a layer reads its bias: at its own third input, or at an Add behind a matrix product. */
final class LayerBias {
  private LayerBias() {}

  /** The place, or null when the mean output of the layer cannot be shifted there. */
  static @Nullable InputUse of(Graph graph, Node node) {
    Shape shape = graph.tensorType(node.input(0)).shape();
    if (shape == null) {
      return null;
    }
    if (node.is("Conv") && shape.rank() == 4
        || node.is("Gemm") && shape.rank() == 2 && isShifted(node)) {
      return new InputUse(node.name(), 2);
    }
    boolean isTokens = node.is("MatMul") && (shape.rank() == 2 || shape.rank() == 3);
    return isTokens ? behind(graph, node) : null;
  }

  /** With beta 0 no bias shifts the output; with transA channels stand elsewhere. */
  private static boolean isShifted(Node node) {
    return node.floatAttribute("beta", 1) != 0 && node.intAttribute("transA", 0) == 0;
  }

  private static @Nullable InputUse behind(Graph graph, Node product) {
    Tensor weight = graph.constant(product.input(1));
    List<Node> readers = graph.consumers(product.output(0));
    if (weight == null || weight.rank() != 2 || !graph.hasSingleUse(product.output(0))) {
      return null;
    }
    Node add = readers.get(0);
    int input = add.input(0).equals(product.output(0)) ? 1 : 0;
    Tensor bias = graph.constant(add.input(input));
    return add.is("Add") && bias != null && bias.rank() == 1 && bias.size() == weight.dimension(1)
        ? new InputUse(add.name(), input)
        : null;
  }
}
