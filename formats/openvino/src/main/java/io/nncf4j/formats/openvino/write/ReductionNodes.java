package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Reductions, sums along an axis, and choosing the largest. */
final class ReductionNodes {
  private ReductionNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    for (String same :
        new String[] {"ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum"}) {
      rules.put(same, node -> reduce(node, same, 1));
    }
    rules.put("ReduceL1", node -> reduce(node, "ReduceL1", 4));
    rules.put("ReduceL2", node -> reduce(node, "ReduceL2", 4));
    rules.put("ReduceSumSquare", ReductionNodes::sumOfSquares);
    rules.put("ReduceLogSum", ReductionNodes::logarithmOfSum);
    rules.put("ReduceLogSumExp", ReductionNodes::logarithmOfExponentials);
    rules.put("CumSum", ReductionNodes::cumulative);
    rules.put("TopK", ReductionNodes::topK);
    rules.put("ArgMax", node -> argument(node, "max"));
    rules.put("ArgMin", node -> argument(node, "min"));
  }

  private static Map<String, String> keeping(NodeContext node) {
    return Map.of("keep_dims", NodeContext.flag(node.node().intAttribute("keepdims", 1) != 0));
  }

  /** All axes when none are given. */
  private static Out axes(NodeContext node) {
    if (node.hasInput(1)) {
      Tensor axes = node.constantOrNull(1);
      boolean none = axes == null ? Shape.of(0).equals(node.type(1).shape()) : axes.size() == 0;
      if (!none) {
        return node.input(1);
      }
    }
    return node.node().intAttribute("noop_with_empty_axes", 0) != 0
        ? node.ints()
        : node.ints(LongStream.range(0, node.rank(0)).toArray());
  }

  private static void reduce(NodeContext node, String type, int opset) {
    node.finish(type, opset, keeping(node), node.input(0), axes(node));
  }

  private static void sumOfSquares(NodeContext node) {
    Out square = node.binary("Multiply", node.input(0), node.input(0), node.type(0));
    node.finish("ReduceSum", 1, keeping(node), square, axes(node));
  }

  private static void logarithmOfSum(NodeContext node) {
    Out sum =
        node.emit("ReduceSum", 1, keeping(node), node.outputType(0), node.input(0), axes(node));
    node.finish("Log", 1, Map.of(), sum);
  }

  /** Around the maximum, so that nothing overflows. */
  private static void logarithmOfExponentials(NodeContext node) {
    if (!node.dataType(0).isFloatingPoint()) {
      throw new InexpressibleNodeException("it reduces integers");
    }
    Out axes = axes(node);
    TensorType wide = new TensorType(node.dataType(0), null);
    Out peak = node.emit("ReduceMax", 1, Map.of("keep_dims", "true"), wide, node.input(0), axes);
    Out centred = node.binary("Subtract", node.input(0), peak, node.type(0));
    Out powers = node.emit("Exp", 1, node.type(0), centred);
    TensorType output = node.outputType(0);
    Out sum = node.emit("ReduceSum", 1, keeping(node), output, powers, axes);
    Out logarithm = node.emit("Log", 1, output, sum);
    Out flatPeak = node.emit("ReduceMax", 1, keeping(node), output, peak, axes);
    node.finishBinary("Add", logarithm, flatPeak);
  }

  private static void cumulative(NodeContext node) {
    Tensor axis = node.constantOrNull(1);
    node.finish(
        "CumSum",
        3,
        Map.of(
            "exclusive", NodeContext.flag(node.node().intAttribute("exclusive", 0) != 0),
            "reverse", NodeContext.flag(node.node().intAttribute("reverse", 0) != 0)),
        node.input(0),
        axis != null && axis.rank() > 0 ? node.integer(axis.longAt(0)) : node.input(1));
  }

  /** Of equal values ONNX takes the first; sorted ones keep their order only when they are told. */
  private static Map<String, String> choosing(int axis, boolean largest, boolean sorted) {
    return Map.of(
        "axis",
        Integer.toString(axis),
        "mode",
        largest ? "max" : "min",
        "sort",
        sorted ? "value" : "none",
        "stable",
        NodeContext.flag(sorted),
        "index_element_type",
        "i64");
  }

  private static void topK(NodeContext node) {
    Tensor k = node.constantOrNull(1);
    Out count =
        k != null
            ? node.integer(k.longAt(0))
            : node.emit("Squeeze", 1, TensorType.of(DataType.INT64), node.input(1), node.ints(0));
    Map<String, String> data =
        choosing(
            node.axis("axis", -1, node.rank(0)),
            node.node().intAttribute("largest", 1) != 0,
            node.node().intAttribute("sorted", 1) != 0);
    TensorType indices = node.type(0).withDataType(DataType.INT64).withShape(null);
    List<Out> both =
        node.emitAll(
            "TopK",
            11,
            data,
            List.of(
                node.node().output(0).isEmpty() ? node.type(0).withShape(null) : node.outputType(0),
                node.node().output(1).isEmpty() ? indices : node.outputType(1)),
            node.input(0),
            count);
    node.bind(0, both.get(0));
    node.bind(1, both.get(1));
  }

  private static void argument(NodeContext node, String mode) {
    if (node.node().intAttribute("select_last_index", 0) != 0) {
      throw new InexpressibleNodeException("it takes the last of equal ones");
    }
    int axis = node.axis("axis", 0, node.rank(0));
    Shape kept = node.shape(0).with(axis, io.nncf4j.core.graph.Dimension.of(1));
    TensorType values = node.type(0).withShape(kept);
    List<Out> both =
        node.emitAll(
            "TopK",
            11,
            choosing(axis, mode.equals("max"), true),
            List.of(values, values.withDataType(DataType.INT64)),
            node.input(0),
            node.integer(1));
    if (node.node().intAttribute("keepdims", 1) != 0) {
      node.bind(0, both.get(1));
    } else {
      node.finish("Squeeze", 1, Map.of(), both.get(1), node.ints(axis));
    }
  }
}
