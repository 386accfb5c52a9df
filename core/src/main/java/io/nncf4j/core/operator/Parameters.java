package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.Set;

/**
 * Which constants of a model are its parameters.
 *
 * <p>A parameter is an element of a floating-point constant with at least one axis, whether
 * initializer or Constant node, or of an integer constant that stands for one: what a
 * DequantizeLinear reads, and weights and biases of integer convolutions and products. Packed
 * weights count their unpacked elements. Not counted are scalars, running statistics of batch-norm
 * (as in PyTorch), scales and bounds of quantizers, and settings such as the scales of a Resize.
 */
public final class Parameters {
  private static final Set<String> SETTINGS =
      Set.of(
          "input_mean",
          "input_var",
          "scales",
          "roi",
          "min",
          "max",
          "ratio",
          "constant_value",
          "input_low",
          "input_high",
          "output_low",
          "output_high",
          "iou_threshold",
          "score_threshold",
          "start",
          "limit",
          "delta",
          "values",
          "condition",
          "zero_points");

  private static final Set<String> WEIGHTS = Set.of("w", "W", "b", "B", "R");

  private Parameters() {}

  /**
   * Parameters that input {@code index} of a node holds, 0 when it is no constant or holds none.
   */
  public static long count(Graph graph, Node node, int index) {
    Tensor constant = graph.constantValue(node.input(index));
    if (constant == null || constant.isScalar()) {
      return 0;
    }
    OperatorSchema schema = OperatorSchemas.standard().find(node.operator());
    Parameter parameter = schema == null ? null : schema.input(index);
    String name = parameter == null ? "" : parameter.name();
    if (SETTINGS.contains(name) || name.endsWith("_scale") || name.endsWith("zero_point")) {
      return 0;
    }
    if (node.type().equals("MatMulNBits") && index == 1) {
      return Math.max(0, Costs.product(node.intAttribute("K", 0), node.intAttribute("N", 0)));
    }
    boolean weight =
        constant.dataType().isFloatingPoint()
            || (node.type().equals("DequantizeLinear") && index == 0)
            || (constant.dataType().isInteger() && WEIGHTS.contains(name) && isProduct(node));
    return weight ? constant.size() : 0;
  }

  private static boolean isProduct(Node node) {
    return node.type().contains("Conv")
        || node.type().contains("MatMul")
        || node.type().contains("Gemm")
        || node.type().contains("LSTM");
  }
}
