package io.nncf4j.compression.equalization;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A layer with one activation and one constant weight of its own.
 *
 * @param node name of the node
 * @param activation what it reads, and the axis of its input channels there
 * @param activationInput index of that input
 * @param weight name of the constant
 * @param weightInput index of that input
 * @param channels number of input channels
 * @param inputChannel the input channel that each element of the weight works on
 */
record SmoothedLayer(
    String node,
    ChannelValue activation,
    int activationInput,
    String weight,
    int weightInput,
    int channels,
    IntUnaryOperator inputChannel) {

  /** The layer that {@code node} is, or null when it cannot be smoothed. */
  static @Nullable SmoothedLayer of(Graph graph, Node node) {
    if (!node.is("Conv", "Gemm", "MatMul")) {
      return null;
    }
    boolean leftIsConstant = graph.constant(node.input(0)) != null;
    int weightInput = node.is("Conv") || !leftIsConstant ? 1 : 0;
    int activationInput = 1 - weightInput;
    String name = node.input(weightInput);
    Tensor weight = graph.constant(name);
    Shape shape = graph.tensorType(node.input(activationInput)).shape();
    boolean fits =
        weight != null
            && weight.dataType().isFloatingPoint()
            && weight.rank() > 0
            && weight.size() > 0
            && graph.constantValue(node.input(activationInput)) == null
            && graph.hasSingleUse(name)
            && !graph.isOutput(name)
            && shape != null
            && shape.rank() > 0;
    if (!fits || weight == null || shape == null) {
      return null;
    }
    int axis = activationAxis(node, activationInput, shape.rank());
    IntUnaryOperator inputs;
    int channels;
    if (node.is("Conv")) {
      int groups = (int) node.intAttribute("group", 1);
      channels = (int) weight.dimension(1) * groups;
      inputs = ChannelTensors.inputsOf(weight, groups);
    } else {
      int weightAxis = weightAxis(node, weightInput, weight.rank());
      channels = (int) weight.dimension(weightAxis);
      inputs = ChannelTensors.along(weight, weightAxis);
    }
    return shape.get(axis).lengthOrMinusOne() == channels
        ? new SmoothedLayer(
            node.name(),
            new ChannelValue(node.input(activationInput), axis),
            activationInput,
            name,
            weightInput,
            channels,
            inputs)
        : null;
  }

  private static int activationAxis(Node node, int input, int rank) {
    if (node.is("Conv")) {
      return 1;
    }
    boolean transposed =
        node.is("Gemm") && node.intAttribute(input == 0 ? "transA" : "transB", 0) != 0;
    return rank == 1 ? 0 : (input == 0) != transposed ? rank - 1 : rank - 2;
  }

  private static int weightAxis(Node node, int input, int rank) {
    boolean transposed =
        node.is("Gemm") && node.intAttribute(input == 0 ? "transA" : "transB", 0) != 0;
    return rank == 1 ? 0 : (input == 1) != transposed ? rank - 2 : rank - 1;
  }
}
