package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Recurrent layers, one node for each: PyTorch stacks them in one call.
 *
 * <p>Gates stand in another order in ONNX: PyTorch has input, forget, cell, output in an LSTM, and
 * reset, update, new in a GRU, whose reset is applied behind the product. Packed sequences, which
 * have other arguments, do not fit and are listed.
 */
final class RecurrentRules {
  private static final String PARAMETERS =
      "input hx params has_biases num_layers dropout train bidirectional batch_first";

  /**
   * @param type of ONNX
   * @param gates blocks of PyTorch's weights in the order of ONNX
   * @param states initial states: one, or two for an LSTM
   * @param activation of a plain layer; empty where the layer has its own
   */
  private record Kind(String type, int[] gates, int states, String activation) {}

  private RecurrentRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    add(rules, "lstm", new Kind("LSTM", new int[] {0, 3, 1, 2}, 2, ""));
    add(rules, "gru", new Kind("GRU", new int[] {1, 0, 2}, 1, ""));
    add(rules, "rnn_tanh", new Kind("RNN", new int[] {0}, 1, "Tanh"));
    add(rules, "rnn_relu", new Kind("RNN", new int[] {0}, 1, "Relu"));
  }

  private static void add(Map<String, AtenRule> rules, String name, Kind kind) {
    rules.put(name, AtenRule.of(PARAMETERS, call -> new Stack(call, kind).translate()));
  }

  /** One call. */
  private static final class Stack {
    private final AtenCall call;
    private final Kind kind;
    private final List<String> weights;
    private final List<String> states;
    private final boolean biased;
    private final int directions;
    private final int layers;

    Stack(AtenCall call, Kind kind) {
      this.call = call;
      this.kind = kind;
      weights = call.tensors("params");
      states = kind.states() == 2 ? call.tensors("hx") : List.of(call.tensor("hx"));
      biased = call.flag("has_biases", true);
      directions = call.flag("bidirectional", false) ? 2 : 1;
      layers = Math.toIntExact(call.whole("num_layers", 1));
      if (call.flag("train", false) && call.real("dropout", 0) > 0) {
        throw new InexpressibleCallException("it drops elements between its layers");
      }
      if (layers < 1 || weights.size() != (long) layers * directions * perLayer()) {
        throw new InexpressibleCallException(
            "it has " + weights.size() + " weights for " + layers + " layers");
      }
      if (states.size() != kind.states() || call.rank(call.tensor("input")) != 3) {
        throw new InexpressibleCallException("it is given no batch of sequences");
      }
    }

    private int perLayer() {
      return biased ? 4 : 2;
    }

    void translate() {
      Attributes turned = Attributes.NONE.with("perm", 1L, 0L, 2L);
      boolean batchFirst = call.flag("batch_first", false);
      String value = call.tensor("input");
      value = batchFirst ? call.emit("Transpose", turned, value) : value;
      List<List<String>> last = new ArrayList<>();
      for (int layer = 0; layer < layers; layer++) {
        List<String> made = layer(layer, value);
        value = joined(made.get(0));
        last.add(made.subList(1, made.size()));
      }
      List<String> results = new ArrayList<>();
      results.add(batchFirst ? call.emit("Transpose", turned, value) : value);
      for (int state = 0; state < kind.states(); state++) {
        int index = state;
        results.add(concatenated(last.stream().map(each -> each.get(index)).toList()));
      }
      call.result(results.toArray(new String[0]));
    }

    /** All turns and the last states of one layer. */
    private List<String> layer(int layer, String value) {
      List<String> read = new ArrayList<>(List.of(value, weight(layer, 0), weight(layer, 1)));
      read.add(biased ? bias(layer) : "");
      read.add("");
      long first = (long) layer * directions;
      for (String state : states) {
        read.add(
            call.emit(
                "Slice", state, call.ints(first), call.ints(first + directions), call.ints(0)));
      }
      long hidden = call.length(weights.get(layer * directions * perLayer() + 1), 1);
      if (hidden < 1) {
        throw new InexpressibleCallException("the length of its state is not known");
      }
      Attributes attributes =
          Attributes.NONE
              .with("hidden_size", hidden)
              .with("direction", directions == 2 ? "bidirectional" : "forward");
      if (kind.type().equals("GRU")) {
        attributes = attributes.with("linear_before_reset", 1L);
      }
      if (!kind.activation().isEmpty()) {
        List<String> each = Collections.nCopies(directions, kind.activation());
        attributes = attributes.with("activations", new Attribute.StringsAttribute(each));
      }
      return call.emitAll(kind.type(), attributes, 1 + kind.states(), read);
    }

    /** Weights of the input (0) or of the state (1), [directions, gates, lengths]. */
    private String weight(int layer, int which) {
      List<String> all = new ArrayList<>();
      for (int direction = 0; direction < directions; direction++) {
        String ordered =
            ordered(weights.get((layer * directions + direction) * perLayer() + which));
        all.add(call.emit("Unsqueeze", ordered, call.ints(0)));
      }
      return concatenated(all);
    }

    private String bias(int layer) {
      List<String> all = new ArrayList<>();
      for (int direction = 0; direction < directions; direction++) {
        int first = (layer * directions + direction) * perLayer();
        String both =
            concatenated(List.of(ordered(weights.get(first + 2)), ordered(weights.get(first + 3))));
        all.add(call.emit("Unsqueeze", both, call.ints(0)));
      }
      return concatenated(all);
    }

    private String concatenated(List<String> parts) {
      return parts.size() == 1
          ? parts.get(0)
          : call.emitAll("Concat", Attributes.NONE.with("axis", 0L), 1, parts).get(0);
    }

    private String ordered(String weight) {
      int[] gates = kind.gates();
      if (gates.length == 1) {
        return weight;
      }
      Attributes split = Attributes.NONE.with("axis", 0L).with("num_outputs", (long) gates.length);
      List<String> blocks = call.emitAll("Split", split, gates.length, List.of(weight));
      List<String> all = new ArrayList<>();
      for (int gate : gates) {
        all.add(blocks.get(gate));
      }
      return concatenated(all);
    }

    /** Both directions behind each other: [turns, batch, directions * hidden]. */
    private String joined(String turns) {
      String moved = call.emit("Transpose", Attributes.NONE.with("perm", 0L, 2L, 1L, 3L), turns);
      return call.emit("Reshape", moved, call.ints(0, 0, -1));
    }
  }
}
