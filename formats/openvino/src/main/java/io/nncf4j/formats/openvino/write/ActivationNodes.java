package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.Map;

/** Activation functions. */
final class ActivationNodes {
  private ActivationNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("Relu", node -> node.finish("ReLU", 1, Map.of(), node.input(0)));
    rules.put("PRelu", ActivationNodes::prelu);
    rules.put("LeakyRelu", ActivationNodes::leaky);
    rules.put(
        "Elu",
        node -> node.finish("Elu", 1, Map.of("alpha", attribute(node, "alpha", 1)), node.input(0)));
    rules.put("Selu", node -> withTwo(node, "Selu", "alpha", 1.6732632f, "gamma", 1.050701f));
    rules.put("HardSigmoid", node -> withTwo(node, "HardSigmoid", "alpha", 0.2f, "beta", 0.5f));
    rules.put("HardSwish", node -> node.finish("HSwish", 4, Map.of(), node.input(0)));
    rules.put("Softplus", node -> node.finish("SoftPlus", 4, Map.of(), node.input(0)));
    rules.put("Softsign", node -> node.finish("SoftSign", 9, Map.of(), node.input(0)));
    rules.put("Mish", node -> node.finish("Mish", 4, Map.of(), node.input(0)));
    rules.put("Gelu", ActivationNodes::gelu);
    rules.put("Softmax", node -> node.finish("SoftMax", 8, axis(node), node.input(0)));
    rules.put("LogSoftmax", node -> node.finish("LogSoftmax", 5, axis(node), node.input(0)));
    rules.put("ThresholdedRelu", ActivationNodes::thresholded);
    rules.put("Celu", ActivationNodes::celu);
  }

  private static String attribute(NodeContext node, String name, float absent) {
    return ArithmeticNodes.number(node.node().floatAttribute(name, absent));
  }

  private static Map<String, String> axis(NodeContext node) {
    return Map.of("axis", Integer.toString(node.axis("axis", -1, node.rank(0))));
  }

  /** A slope of one axis would belong to the channels, in ONNX it belongs to the last axis. */
  private static void prelu(NodeContext node) {
    Out slope = node.input(1);
    Shape shape = slope.shape();
    int rank = node.rank(0);
    if (shape != null && shape.rank() == 1 && rank > 1 && shape.get(0).lengthOrMinusOne() != 1) {
      long[] wide = new long[rank];
      java.util.Arrays.fill(wide, 1);
      wide[rank - 1] = shape.get(0).lengthOrMinusOne();
      if (wide[rank - 1] < 0) {
        throw new InexpressibleNodeException("its slope has a length that is not known");
      }
      slope = node.reshape(slope, wide);
    }
    node.finish("PReLU", 1, Map.of(), node.input(0), slope);
  }

  private static void leaky(NodeContext node) {
    Out slope = node.scalar(node.dataType(0), node.node().floatAttribute("alpha", 0.01f));
    node.finish("PReLU", 1, Map.of(), node.input(0), node.reshape(slope, 1));
  }

  private static void withTwo(
      NodeContext node, String type, String first, float one, String second, float two) {
    DataType data = node.dataType(0);
    node.finish(
        type,
        1,
        Map.of(),
        node.input(0),
        node.scalar(data, node.node().floatAttribute(first, one)),
        node.scalar(data, node.node().floatAttribute(second, two)));
  }

  private static void gelu(NodeContext node) {
    boolean exact = node.node().stringAttribute("approximate", "none").equals("none");
    node.finish("Gelu", 7, Map.of("approximation_mode", exact ? "ERF" : "TANH"), node.input(0));
  }

  private static void thresholded(NodeContext node) {
    TensorType type = node.outputType(0);
    Out limit = node.scalar(node.dataType(0), node.node().floatAttribute("alpha", 1));
    Out above = node.binary("Greater", node.input(0), limit, type.withDataType(DataType.BOOL));
    node.finishBinary("Multiply", node.input(0), node.convert(above, node.dataType(0)));
  }

  /** max(0, x) + min(0, alpha * (exp(x / alpha) - 1)), which is Elu of a scaled input, scaled. */
  private static void celu(NodeContext node) {
    TensorType type = node.outputType(0);
    Out alpha = node.scalar(node.dataType(0), node.node().floatAttribute("alpha", 1));
    Out scaled = node.binary("Divide", node.input(0), alpha, type);
    Out unit = node.emit("Elu", 1, Map.of("alpha", "1.0"), type, scaled);
    node.finishBinary("Multiply", unit, alpha);
  }
}
