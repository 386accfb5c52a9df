package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import io.nncf4j.formats.tensorflow.proto.TensorFlowTypes;
import java.util.Map;
import java.util.TreeSet;

/** Sums, means, extremes. */
final class ReductionRules {
  private ReductionRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("Mean", node -> reduce(node, "ReduceMean"));
    rules.put("Sum", node -> reduce(node, "ReduceSum"));
    rules.put("Max", node -> reduce(node, "ReduceMax"));
    rules.put("Min", node -> reduce(node, "ReduceMin"));
    rules.put("Prod", node -> reduce(node, "ReduceProd"));
    rules.put("All", node -> logical(node, "ReduceMin"));
    rules.put("Any", node -> logical(node, "ReduceMax"));
    rules.put("ArgMax", node -> place(node, "ArgMax"));
    rules.put("ArgMin", node -> place(node, "ArgMin"));
    rules.put("Cumsum", ReductionRules::runningSum);
  }

  private static void reduce(NodeContext node, String type) {
    LaidOut input = node.input(0);
    boolean keeps = node.node.flag("keep_dims", false);
    int rank = node.rank(node.input(0).value());
    long[] axes = node.integers(1);
    if (input.isChannelsFirst()) {
      TreeSet<Long> moved = new TreeSet<>();
      boolean lengthsAlone = true;
      for (long axis : axes) {
        int counted = NodeContext.axis(axis, rank);
        moved.add((long) Layout.moved(counted, rank));
        lengthsAlone &= counted > 0 && counted < rank - 1;
      }
      boolean allLengths = lengthsAlone && moved.size() == rank - 2;
      boolean overChannelsKept = keeps;
      if (allLengths || overChannelsKept) {
        long[] stored = moved.stream().mapToLong(Long::longValue).toArray();
        if (type.equals("ReduceMean") && allLengths) {
          mean(node, input, keeps, stored);
          return;
        }
        String value = emit(node, type, input.value(), keeps, stored);
        node.result(keeps ? LaidOut.channelsFirst(value) : LaidOut.plain(value));
        return;
      }
    }
    node.plainResult(emit(node, type, node.plain(0), keeps, axes));
  }

  /** The mean of whole pictures is the form that quantizers and runtimes know. */
  private static void mean(NodeContext node, LaidOut input, boolean keeps, long[] axes) {
    if (keeps) {
      node.result(LaidOut.channelsFirst(node.last("GlobalAveragePool", input.value())));
      return;
    }
    String pooled = node.emit("GlobalAveragePool", input.value());
    node.plainResult(node.last("Squeeze", pooled, node.ints(axes)));
  }

  private static String emit(
      NodeContext node, String type, String input, boolean keeps, long[] axes) {
    Attributes attributes = Attributes.NONE.with("keepdims", keeps ? 1L : 0L);
    if (axes.length == 0) {
      attributes = attributes.with("noop_with_empty_axes", 1L);
    }
    return node.last(type, attributes, input, node.ints(axes));
  }

  private static void logical(NodeContext node, String type) {
    String numbers = node.cast(node.plain(0), DataType.INT32);
    Attributes attributes =
        Attributes.NONE.with("keepdims", node.node.flag("keep_dims", false) ? 1L : 0L);
    String found = node.emit(type, attributes, numbers, node.ints(node.integers(1)));
    node.plainResult(node.cast(found, DataType.BOOL));
  }

  private static void runningSum(NodeContext node) {
    Attributes attributes =
        Attributes.NONE
            .with("exclusive", node.node.flag("exclusive", false) ? 1L : 0L)
            .with("reverse", node.node.flag("reverse", false) ? 1L : 0L);
    String axis = node.constant(io.nncf4j.core.tensor.Tensor.scalar(node.integer(1)));
    node.plainResult(node.last("CumSum", attributes, node.plain(0), axis));
  }

  private static void place(NodeContext node, String type) {
    String input = node.plain(0);
    long axis = NodeContext.axis(node.integer(1), node.rank(input));
    Attributes attributes = Attributes.NONE.with("axis", axis).with("keepdims", 0L);
    AttributeValue wanted = node.node.attribute("output_type");
    String found = node.emit(type, attributes, input);
    node.plainResult(
        wanted == null ? found : node.cast(found, TensorFlowTypes.type(wanted.type())));
  }
}
