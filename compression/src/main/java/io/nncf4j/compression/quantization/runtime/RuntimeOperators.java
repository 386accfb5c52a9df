package io.nncf4j.compression.quantization.runtime;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What ONNX Runtime's integer kernels on the CPU can do with a node. */
final class RuntimeOperators {
  private RuntimeOperators() {}

  /** A weighted node: which input is the weight and which axis of it are the output channels. */
  record Weight(int input, String constant, int channelAxis) {}

  /** The weight of a node that has an integer kernel, or null. */
  static @Nullable Weight weight(Graph graph, Node node) {
    if (!node.is("Conv", "Gemm", "MatMul")) {
      return null;
    }
    String name = node.input(1);
    Tensor tensor = graph.constant(name);
    if (tensor == null || tensor.dataType() != DataType.FLOAT32 || tensor.rank() < 2) {
      return null;
    }
    if (graph.constantValue(node.input(0)) != null) {
      return null;
    }
    if (node.is("Conv")) {
      return new Weight(1, name, 0);
    }
    if (tensor.rank() != 2) {
      return null;
    }
    if (node.is("MatMul")) {
      return new Weight(1, name, 1);
    }
    return new Weight(1, name, node.intAttribute("transB", 0) == 1 ? 0 : 1);
  }

  /** Why a weighted node cannot run on integers, or null when it can. */
  static @Nullable String obstacle(Graph graph, Node node) {
    if (node.is("ConvTranspose")) {
      return "the runtime has no integer kernel for it";
    }
    if (!node.is("Conv", "Gemm", "MatMul")) {
      return null;
    }
    if (weight(graph, node) == null) {
      return graph.constant(node.input(1)) == null
          ? "its weight is not a constant"
          : "its weight is not a float32 matrix or filter";
    }
    String bias = node.input(2);
    if (!bias.isEmpty() && graph.constant(bias) == null) {
      return "its bias is not a constant";
    }
    if (node.is("Gemm")
        && (node.floatAttribute("alpha", 1) != 1
            || node.floatAttribute("beta", 1) != 1
            || node.intAttribute("transA", 0) != 0)) {
      return "the runtime's integer kernel takes no alpha, beta or transA";
    }
    return null;
  }

  /** Operators that compute on integers when inputs and output are quantized. */
  static boolean hasIntegerKernel(Node node) {
    return node.is(
        "Add", "Mul", "Concat", "AveragePool", "GlobalAveragePool", "LeakyRelu", "Sigmoid");
  }

  /**
   * Operators that move values without computing, or only average neighbours: what goes in comes
   * out, so input and output share scale and zero point.
   */
  static boolean keepsValues(Graph graph, Node node) {
    return node.is(
            "MaxPool",
            "Reshape",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "Transpose",
            "Slice",
            "Split",
            "Gather",
            "DepthToSpace",
            "SpaceToDepth",
            "Identity",
            "Dropout",
            "Expand",
            "Tile")
        || node.is("Resize") && !node.stringAttribute("mode", "nearest").equals("cubic")
        || node.is("Pad") && padsWithZero(graph, node);
  }

  /** Zero is a level of every quantizer, and so are copies of what is there. */
  private static boolean padsWithZero(Graph graph, Node node) {
    if (!node.stringAttribute("mode", "constant").equals("constant") || !node.hasInput(2)) {
      return true;
    }
    Tensor value = graph.constantValue(node.input(2));
    return value != null && value.size() == 1 && value.doubleAt(0) == 0;
  }

  /** An activation that disappears into the quantizer behind it. */
  static boolean isAbsorbed(Graph graph, Node node) {
    return node.is("Relu")
        || node.is("Clip")
            && (!node.hasInput(1) || graph.constantValue(node.input(1)) != null)
            && (!node.hasInput(2) || graph.constantValue(node.input(2)) != null);
  }
}
