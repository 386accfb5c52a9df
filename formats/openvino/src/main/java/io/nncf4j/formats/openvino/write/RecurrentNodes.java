package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Recurrent operators: time first becomes batch first, both biases become one, and the gates of
 * LSTM change from input, output, forget, cell to forget, input, cell, output.
 */
final class RecurrentNodes {
  /** Where OpenVINO's gates of LSTM stand in ONNX's order. */
  private static final int[] LSTM_GATES = {2, 0, 3, 1};

  private RecurrentNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("LSTM", node -> encode(node, "LSTMSequence", 4));
    rules.put("GRU", node -> encode(node, "GRUSequence", 3));
    rules.put("RNN", node -> encode(node, "RNNSequence", 1));
  }

  private static void encode(NodeContext node, String type, int gates) {
    Node recurrent = node.node();
    refuse(node);
    long[] input = node.lengths(0);
    long[] weights = node.lengths(2);
    long directions = weights[0];
    long hidden = weights[2];
    DataType real = node.dataType(0);
    boolean hasCell = gates == 4;
    long[] state = {input[1], directions, hidden};
    List<Out> read = new ArrayList<>();
    read.add(swapped(node, node.input(0), input[1], input[0], input[2]));
    read.add(state(node, 5, state));
    if (hasCell) {
      read.add(state(node, 6, state));
    }
    read.add(lengths(node, input));
    read.add(constant(node, gates, node.constant(1)));
    read.add(constant(node, gates, node.constant(2)));
    read.add(bias(node, gates, directions, hidden, real));
    Map<String, String> data = new HashMap<>();
    data.put("hidden_size", Long.toString(hidden));
    data.put("direction", recurrent.stringAttribute("direction", "forward"));
    data.put("clip", ArithmeticNodes.number(recurrent.floatAttribute("clip", 0)));
    activations(recurrent, data, gates, (int) directions);
    if (gates == 3) {
      boolean before = recurrent.intAttribute("linear_before_reset", 0) != 0;
      data.put("linear_before_reset", NodeContext.flag(before));
    }
    List<TensorType> outputs = new ArrayList<>();
    outputs.add(TensorType.of(real, input[1], directions, input[0], hidden));
    outputs.add(TensorType.of(real, state));
    if (hasCell) {
      outputs.add(TensorType.of(real, state));
    }
    List<Out> made = node.emitAll(type, 5, data, outputs, read.toArray(Out[]::new));
    if (node.isWanted(0)) {
      node.bind(
          0,
          node.emit(
              "Transpose",
              1,
              TensorType.of(real, input[0], directions, input[1], hidden),
              made.get(0),
              node.ints(2, 1, 0, 3)));
    }
    for (int output = 1; output < made.size(); output++) {
      if (node.isWanted(output)) {
        node.bind(output, swapped(node, made.get(output), directions, input[1], hidden));
      }
    }
  }

  private static void refuse(NodeContext node) {
    Node recurrent = node.node();
    if (recurrent.intAttribute("layout", 0) != 0) {
      throw new InexpressibleNodeException("its layout is batch first");
    }
    if (node.hasInput(7) || recurrent.intAttribute("input_forget", 0) != 0) {
      throw new InexpressibleNodeException("its gates look at the cell, or are coupled");
    }
    if (recurrent.attributes().has("activation_alpha")
        || recurrent.attributes().has("activation_beta")) {
      throw new InexpressibleNodeException("its activations have parameters");
    }
  }

  private static Out swapped(NodeContext node, Out value, long... shape) {
    return node.emit(
        "Transpose", 1, TensorType.of(value.dataType(), shape), value, node.ints(1, 0, 2));
  }

  private static Out state(NodeContext node, int index, long[] shape) {
    if (node.hasInput(index)) {
      return swapped(node, node.input(index), shape);
    }
    return node.constant(
        Tensor.ofDoubles(node.dataType(0), new double[Tensor.elementCount(shape)], shape));
  }

  private static Out lengths(NodeContext node, long[] input) {
    if (node.hasInput(4)) {
      return node.input(4);
    }
    int[] all = new int[Math.toIntExact(input[1])];
    Arrays.fill(all, Math.toIntExact(input[0]));
    return node.constant(Tensor.ofInts(all, all.length));
  }

  /** Weights [directions, gates * hidden, ...] in OpenVINO's order of gates. */
  private static Out constant(NodeContext node, int gates, Tensor weights) {
    return node.constant(gates == 4 ? ordered(weights, gates) : weights);
  }

  private static Tensor ordered(Tensor weights, int gates) {
    double[] values = weights.toDoubles();
    double[] result = new double[values.length];
    int directions = Math.toIntExact(weights.dimension(0));
    int block = values.length / directions / gates;
    for (int direction = 0; direction < directions; direction++) {
      for (int gate = 0; gate < gates; gate++) {
        int from = (direction * gates + LSTM_GATES[gate]) * block;
        System.arraycopy(values, from, result, (direction * gates + gate) * block, block);
      }
    }
    return Tensor.ofDoubles(weights.dataType(), result, weights.shape());
  }

  private static Out bias(
      NodeContext node, int gates, long directions, long hidden, DataType real) {
    boolean split = gates == 3 && node.node().intAttribute("linear_before_reset", 0) != 0;
    int rows = split ? 4 : gates;
    int size = Math.toIntExact(hidden);
    double[] joined = new double[Math.toIntExact(directions * rows * hidden)];
    if (node.hasInput(3)) {
      double[] both = node.constant(3).toDoubles();
      int half = gates * size;
      for (int direction = 0; direction < directions; direction++) {
        int from = direction * 2 * half;
        int to = direction * rows * size;
        for (int at = 0; at < half; at++) {
          boolean last = split && at >= 2 * size;
          joined[to + at] = both[from + at] + (last ? 0 : both[from + half + at]);
          if (last) {
            joined[to + at + size] = both[from + half + at];
          }
        }
      }
    }
    Tensor bias = Tensor.ofDoubles(real, joined, directions, rows * hidden);
    return node.constant(gates == 4 ? ordered(bias, gates) : bias);
  }

  private static void activations(
      Node recurrent, Map<String, String> data, int gates, int directions) {
    if (!(recurrent.attributes().get("activations")
        instanceof Attribute.StringsAttribute functions)) {
      return;
    }
    int each = gates == 4 ? 3 : gates == 3 ? 2 : 1;
    List<String> first = functions.values().subList(0, Math.min(each, functions.values().size()));
    for (int direction = 1; direction < directions; direction++) {
      int from = direction * each;
      if (functions.values().size() < from + each
          || !functions.values().subList(from, from + each).equals(first)) {
        throw new InexpressibleNodeException("its directions have different activations");
      }
    }
    for (String function : first) {
      if (!List.of("Sigmoid", "Tanh", "Relu").contains(function)) {
        throw new InexpressibleNodeException("it activates by " + function);
      }
    }
    data.put("activations", String.join(",", first).toLowerCase(Locale.ROOT));
  }
}
