package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators of several values that broadcast: all are brought into one layout. */
final class BinaryRules {
  private BinaryRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    for (String[] pair :
        new String[][] {
          {"Add", "Add"},
          {"AddV2", "Add"},
          {"Sub", "Sub"},
          {"Mul", "Mul"},
          {"RealDiv", "Div"},
          {"Div", "Div"},
          {"Maximum", "Max"},
          {"Minimum", "Min"},
          {"Pow", "Pow"},
          {"Greater", "Greater"},
          {"GreaterEqual", "GreaterOrEqual"},
          {"Less", "Less"},
          {"LessEqual", "LessOrEqual"},
          {"Equal", "Equal"},
          {"LogicalAnd", "And"},
          {"LogicalOr", "Or"},
          {"AddN", "Sum"},
          {"Where3", "Where"}
        }) {
      rules.put(pair[0], node -> broadcast(node, pair[1]));
    }
    rules.remove("Where3");
    rules.put("NotEqual", node -> chained(node, "Equal", "Not"));
    rules.put("SquaredDifference", BinaryRules::squaredDifference);
    rules.put("FloorDiv", BinaryRules::floorDivide);
    rules.put("FloorMod", BinaryRules::floorRemainder);
    rules.put("TruncateDiv", BinaryRules::truncatedDivide);
    for (String name : List.of("Mod", "TruncateMod")) {
      rules.put(name, BinaryRules::truncatedRemainder);
    }
    rules.put("DivNoNan", node -> unlessZero(node, "Div", 1));
    rules.put("Xdivy", node -> unlessZero(node, "Div", 0));
    rules.put("MulNoNan", node -> unlessZero(node, "Mul", 1));
    rules.put("BiasAdd", BinaryRules::bias);
    rules.put("ClipByValue", BinaryRules::clip);
    rules.put("SelectV2", node -> broadcast(node, "Where"));
    rules.put("Select", BinaryRules::select);
  }

  /** Values by input, and the layout that the result has. */
  private record Aligned(List<String> values, Layout layout) {}

  private static Aligned align(NodeContext node, List<LaidOut> inputs) {
    LaidOut picture = null;
    int rank = 0;
    boolean flat = false;
    for (LaidOut input : inputs) {
      int own = node.rank(input.value());
      if (input.isChannelsFirst() && (picture == null || own > rank)) {
        picture = input;
        rank = own;
      }
      flat |= input.layout() instanceof Layout.Flattened;
    }
    if (picture == null) {
      return flat ? flattened(node, inputs) : plain(node, inputs);
    }
    for (LaidOut input : inputs) {
      if (node.rank(input.value()) > rank || input.layout() instanceof Layout.Flattened) {
        return plain(node, inputs);
      }
    }
    List<String> values = new ArrayList<>();
    for (LaidOut input : inputs) {
      values.add(asPicture(node, input, rank));
    }
    return new Aligned(values, Layout.CHANNELS_FIRST);
  }

  private static Aligned plain(NodeContext node, List<LaidOut> inputs) {
    return new Aligned(
        inputs.stream().map(input -> node.translation().plain(input)).toList(), Layout.PLAIN);
  }

  /** A flattened picture stays one with scalars, and with another that stands the same way. */
  private static Aligned flattened(NodeContext node, List<LaidOut> inputs) {
    Layout layout = null;
    for (LaidOut input : inputs) {
      boolean scalar = input.isPlain() && node.rank(input.value()) == 0;
      if (!scalar && layout != null && !input.layout().equals(layout)) {
        return plain(node, inputs);
      }
      layout = scalar ? layout : input.layout();
    }
    return layout == null || layout instanceof Layout.Plain
        ? plain(node, inputs)
        : new Aligned(inputs.stream().map(LaidOut::value).toList(), layout);
  }

  /**
   * A value of a lower rank stands at the last axes of TensorFlow: its last one is the channels.
   */
  private static String asPicture(NodeContext node, LaidOut input, int rank) {
    int own = node.rank(input.value());
    if (own == 0 || (input.isChannelsFirst() && own == rank)) {
      return input.value();
    }
    String plain = node.translation().plain(input);
    if (own == rank) {
      return node.channelsFirstOf(LaidOut.plain(plain));
    }
    Tensor known = node.translation().graph().known(plain);
    if (known != null && node.translation().graph().isConstant(plain)) {
      long[] shape = new long[rank];
      Arrays.fill(shape, 1);
      System.arraycopy(known.shape(), 0, shape, rank - own, own);
      Tensor moved = Transposition.of(known.reshape(shape), Layout.toChannelsFirst(rank));
      long[] shorter = Arrays.copyOfRange(moved.shape(), 1, rank);
      return node.translation().graph().constant(plain + "/channels", moved.reshape(shorter));
    }
    long[] axes = new long[rank - own];
    Arrays.setAll(axes, index -> index);
    String wider = node.emit("Unsqueeze", plain, node.ints(axes));
    return node.channelsFirstOf(LaidOut.plain(wider));
  }

  private static List<LaidOut> inputs(NodeContext node) {
    List<LaidOut> inputs = new ArrayList<>();
    for (int index = 0; index < node.inputCount(); index++) {
      inputs.add(node.input(index));
    }
    return inputs;
  }

  private static void broadcast(NodeContext node, String type) {
    if (node.inputCount() == 2 && isOne(node, 1) && (type.equals("Mul") || type.equals("Div"))) {
      node.result(node.input(0));
      return;
    }
    if (node.inputCount() == 2 && isOne(node, 0) && type.equals("Mul")) {
      node.result(node.input(1));
      return;
    }
    Aligned aligned = align(node, inputs(node));
    String value = node.last(type, aligned.values().toArray(new String[0]));
    node.result(new LaidOut(value, aligned.layout()));
  }

  /** A scalar, so that the other operand's shape is the result's. */
  private static boolean isOne(NodeContext node, int index) {
    LaidOut input = node.input(index);
    Tensor known = node.translation().graph().known(input.value());
    return known != null && known.isScalar() && known.doubleAt(0) == 1;
  }

  private static void chained(NodeContext node, String first, String second) {
    Aligned aligned = align(node, inputs(node));
    String inner = node.emit(first, aligned.values().toArray(new String[0]));
    node.result(new LaidOut(node.last(second, inner), aligned.layout()));
  }

  private static void squaredDifference(NodeContext node) {
    Aligned aligned = align(node, inputs(node));
    String difference = node.emit("Sub", aligned.values().toArray(new String[0]));
    node.result(new LaidOut(node.last("Mul", difference, difference), aligned.layout()));
  }

  private static void floorDivide(NodeContext node) {
    Aligned aligned = align(node, inputs(node));
    String[] both = aligned.values().toArray(new String[0]);
    DataType type = node.dataType(both[0]);
    String value;
    if (type.isInteger()) {
      // ONNX truncates; Mod has the sign of the divisor, so that the difference divides evenly.
      value = node.last("Div", node.emit("Sub", both[0], node.emit("Mod", both)), both[1]);
    } else {
      value = node.last("Floor", node.emit("Div", both));
    }
    node.result(new LaidOut(value, aligned.layout()));
  }

  /** Of the sign of the divisor. ONNX's Mod is so for integers alone. */
  private static void floorRemainder(NodeContext node) {
    Aligned aligned = align(node, inputs(node));
    String[] both = aligned.values().toArray(new String[0]);
    String value;
    if (node.dataType(both[0]).isInteger()) {
      value = node.last("Mod", both);
    } else {
      String whole = node.emit("Floor", node.emit("Div", both));
      value = node.last("Sub", both[0], node.emit("Mul", whole, both[1]));
    }
    node.result(new LaidOut(value, aligned.layout()));
  }

  private static void clip(NodeContext node) {
    Aligned aligned = align(node, inputs(node));
    List<String> values = aligned.values();
    if (values.size() != 3) {
      throw new InexpressibleNodeException("it has no two limits");
    }
    String high = node.emit("Min", values.get(0), values.get(2));
    node.result(new LaidOut(node.last("Max", high, values.get(1)), aligned.layout()));
  }

  /** Of the sign of the dividend. */
  private static void truncatedRemainder(NodeContext node) {
    Aligned aligned = align(node, inputs(node));
    String[] both = aligned.values().toArray(new String[0]);
    node.result(
        new LaidOut(node.last("Mod", Attributes.NONE.with("fmod", 1L), both), aligned.layout()));
  }

  private static void truncatedDivide(NodeContext node) {
    if (!node.dataType(node.input(0).value()).isInteger()) {
      throw new InexpressibleNodeException("it divides values that are no integers");
    }
    broadcast(node, "Div");
  }

  /** The operation, and 0 wherever one of its inputs is 0. */
  private static void unlessZero(NodeContext node, String type, int tested) {
    Aligned aligned = align(node, inputs(node));
    String[] both = aligned.values().toArray(new String[0]);
    String zero = node.scalar(node.dataType(both[0]), 0);
    String value =
        node.last("Where", node.emit("Equal", both[tested], zero), zero, node.emit(type, both));
    node.result(new LaidOut(value, aligned.layout()));
  }

  private static void bias(NodeContext node) {
    LaidOut input = node.input(0);
    if (!node.isChannelsFirst()) {
      broadcast(node, "Add");
      return;
    }
    String plain = node.translation().plain(input);
    long[] shape = new long[node.rank(plain) - 1];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    String bias = node.emit("Reshape", node.plain(1), node.ints(shape));
    node.plainResult(node.last("Add", plain, bias));
  }

  /** The older Select takes whole rows where its condition is a vector. */
  private static void select(NodeContext node) {
    int rank = node.rank(node.plain(0));
    int other = node.rank(node.plain(1));
    if (rank == other || rank == 0) {
      broadcast(node, "Where");
      return;
    }
    if (rank != 1) {
      throw new InexpressibleNodeException("its condition has the rank " + rank);
    }
    long[] shape = new long[other];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    String condition = node.emit("Reshape", node.plain(0), node.ints(shape));
    node.plainResult(node.last("Where", condition, node.plain(1), node.plain(2)));
  }
}
