package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.Arrays;
import java.util.Map;

/** Products of matrices. Behind a flattened picture the rows of the weights are moved instead. */
final class MatrixRules {
  private MatrixRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("MatMul", MatrixRules::multiply);
    rules.put("BatchMatMul", MatrixRules::batches);
    rules.put("BatchMatMulV2", MatrixRules::batches);
    rules.put("BatchMatMulV3", MatrixRules::batches);
    rules.put("Einsum", MatrixRules::sum);
  }

  private static void multiply(NodeContext node) {
    boolean turnFirst = node.node.flag("transpose_a", false);
    boolean turnSecond = node.node.flag("transpose_b", false);
    LaidOut first = node.input(0);
    String second = node.plain(1);
    Tensor weights = node.translation().graph().known(second);
    String left;
    if (first.layout() instanceof Layout.Flattened flattened && weights != null && !turnFirst) {
      left = first.value();
      Tensor rows = turnSecond ? Transposition.of(weights, 1, 0) : weights;
      second =
          node.translation().graph().constant(second + "/channels_first", moved(rows, flattened));
      turnSecond = false;
    } else {
      left = node.plain(0);
      if (turnSecond && weights != null) {
        second = node.translation().transposed(second, 1, 0);
        turnSecond = false;
      }
    }
    NodeDefinition adder = node.onlyBias();
    long columns = node.length(second, turnSecond ? 0 : 1);
    String bias = adder == null ? null : node.biasOf(adder, columns);
    if (bias != null && adder != null) {
      Attributes attributes =
          Attributes.NONE.with("transA", turnFirst ? 1L : 0L).with("transB", turnSecond ? 1L : 0L);
      String value = node.last("Gemm", attributes, left, second, bias);
      node.plainResult(value);
      node.absorb(adder, LaidOut.plain(value));
      return;
    }
    Attributes turned = Attributes.NONE.with("perm", 1L, 0L);
    String a = turnFirst ? node.emit("Transpose", turned, left) : left;
    String b = turnSecond ? node.emit("Transpose", turned, second) : second;
    node.plainResult(node.last("MatMul", a, b));
  }

  /** Rows of TensorFlow's order (height, width, channels) in that of the stored picture. */
  private static Tensor moved(Tensor weights, Layout.Flattened picture) {
    long columns = weights.dimension(1);
    Tensor apart = weights.reshape(picture.height(), picture.width(), picture.channels(), columns);
    return Transposition.of(apart, 2, 0, 1, 3).reshape(weights.dimension(0), columns);
  }

  private static void batches(NodeContext node) {
    String a = node.plain(0);
    String b = node.plain(1);
    if (node.node.flag("adj_x", false)) {
      a = swapped(node, a);
    }
    if (node.node.flag("adj_y", false)) {
      b = swapped(node, b);
    }
    node.plainResult(node.last("MatMul", a, b));
  }

  private static void sum(NodeContext node) {
    String[] read = new String[node.inputCount()];
    for (int index = 0; index < read.length; index++) {
      read[index] = node.plain(index);
    }
    String equation = node.node.text("equation", "");
    node.plainResult(node.last("Einsum", Attributes.NONE.with("equation", equation), read));
  }

  private static String swapped(NodeContext node, String value) {
    int rank = node.rank(value);
    if (rank < 2) {
      throw new InexpressibleNodeException("it multiplies a value of rank " + rank);
    }
    long[] order = new long[rank];
    Arrays.setAll(order, index -> index);
    order[rank - 1] = rank - 2;
    order[rank - 2] = rank - 1;
    return node.translation().transposed(value, order);
  }
}
