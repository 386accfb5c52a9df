package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.Map;

/** Matrix products. */
final class MatrixNodes {
  private MatrixNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put(
        "MatMul",
        node -> node.finish("MatMul", 1, transposed(false, false), node.input(0), node.input(1)));
    rules.put("Gemm", MatrixNodes::gemm);
    rules.put(
        "Einsum",
        node ->
            node.finish(
                "Einsum",
                7,
                Map.of("equation", node.node().stringAttribute("equation", "")),
                node.inputs()));
  }

  private static Map<String, String> transposed(boolean first, boolean second) {
    return Map.of("transpose_a", NodeContext.flag(first), "transpose_b", NodeContext.flag(second));
  }

  /** alpha * a * b + beta * c. */
  private static void gemm(NodeContext node) {
    Map<String, String> data =
        transposed(
            node.node().intAttribute("transA", 0) != 0, node.node().intAttribute("transB", 0) != 0);
    float alpha = node.node().floatAttribute("alpha", 1);
    float beta = node.node().floatAttribute("beta", 1);
    DataType type = node.dataType(0);
    boolean adds = node.hasInput(2) && beta != 0;
    if (alpha == 1 && !adds) {
      node.finish("MatMul", 1, data, node.input(0), node.input(1));
      return;
    }
    TensorType output = node.outputType(0);
    Out product = node.emit("MatMul", 1, data, output, node.input(0), node.input(1));
    if (alpha != 1) {
      Out factor = node.scalar(type, alpha);
      if (!adds) {
        node.finishBinary("Multiply", product, factor);
        return;
      }
      product = node.binary("Multiply", product, factor, output);
    }
    Out added = node.input(2);
    if (beta != 1) {
      added = node.binary("Multiply", added, node.scalar(type, beta), added.type());
    }
    node.finishBinary("Add", product, added);
  }
}
