package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Recurrent layers. OpenVINO puts the batch first and joins both biases; gates of LSTM stand in the
 * order forget, input, cell, output, in ONNX input, output, forget, cell.
 */
final class RecurrentRules {
  /** Where ONNX's gates of LSTM stand in OpenVINO's order. */
  private static final int[] LSTM_GATES = {1, 3, 0, 2};

  private RecurrentRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("LSTMSequence", layer -> sequence(layer, "LSTM", 4));
    rules.put("GRUSequence", layer -> sequence(layer, "GRU", 3));
    rules.put("RNNSequence", layer -> sequence(layer, "RNN", 1));
    rules.put("LSTMCell", layer -> cell(layer, "LSTM", 4));
    rules.put("GRUCell", layer -> cell(layer, "GRU", 3));
    rules.put("RNNCell", layer -> cell(layer, "RNN", 1));
  }

  private static void sequence(LayerContext layer, String type, int gates) {
    refuseLegacy(layer);
    boolean hasCell = type.equals("LSTM");
    int next = hasCell ? 3 : 2;
    Attributes swap = Attributes.NONE.with("perm", 1, 0, 2);
    String input = layer.emit("Transpose", swap, layer.input(0));
    String hidden = layer.emit("Transpose", swap, layer.input(1));
    String lengths = ShapeRules.cast(layer, layer.input(next), DataType.INT32);
    List<String> read = new ArrayList<>(List.of(input));
    read.addAll(parameters(layer, next + 1, gates, 1));
    read.addAll(List.of(lengths, hidden));
    if (hasCell) {
      read.add(layer.emit("Transpose", swap, layer.input(2)));
    }
    String direction = layer.data.word("direction", "forward");
    List<String> made =
        layer.emit(
            type,
            attributes(layer, type, direction.equals("bidirectional") ? 2 : 1)
                .with("direction", direction),
            hasCell ? 3 : 2,
            read.toArray(String[]::new));
    layer.bind(0, layer.emit("Transpose", Attributes.NONE.with("perm", 2, 1, 0, 3), made.get(0)));
    for (int output = 1; output < made.size(); output++) {
      layer.bind(output, layer.emit("Transpose", swap, made.get(output)));
    }
  }

  private static void cell(LayerContext layer, String type, int gates) {
    refuseLegacy(layer);
    boolean hasCell = type.equals("LSTM");
    int next = hasCell ? 3 : 2;
    String input = layer.emit("Unsqueeze", layer.input(0), layer.ints(0));
    String hidden = layer.emit("Unsqueeze", layer.input(1), layer.ints(0));
    List<String> read = new ArrayList<>(List.of(input));
    read.addAll(parameters(layer, next, gates, 0));
    read.addAll(List.of("", hidden));
    if (hasCell) {
      read.add(layer.emit("Unsqueeze", layer.input(2), layer.ints(0)));
    }
    List<String> made =
        layer.emit(type, attributes(layer, type, 1), hasCell ? 3 : 2, read.toArray(String[]::new));
    for (int output = 1; output < made.size(); output++) {
      layer.bind(output - 1, layer.emit("Squeeze", made.get(output), layer.ints(0)));
    }
  }

  private static void refuseLegacy(LayerContext layer) {
    String format = layer.data.word("weights_format", "fico");
    if (layer.isLegacy() || !format.equals("fico")) {
      throw new InexpressibleLayerException("it is of an old form");
    }
  }

  /**
   * Weights, recurrent weights and both biases with a leading axis of directions and in ONNX's
   * order of gates.
   *
   * @param axis axis of the gates: 1 behind directions, 0 without them
   */
  private static List<String> parameters(LayerContext layer, int first, int gates, int axis) {
    List<String> parameters = new ArrayList<>();
    for (int index = first; index < first + 2; index++) {
      String value = layer.input(index);
      value = axis == 0 ? layer.emit("Unsqueeze", value, layer.ints(0)) : value;
      parameters.add(ordered(layer, value, gates));
    }
    if (!layer.hasInput(first + 2)) {
      parameters.add("");
      return parameters;
    }
    String bias = layer.input(first + 2);
    bias = axis == 0 ? layer.emit("Unsqueeze", bias, layer.ints(0)) : bias;
    boolean split = gates == 3 && layer.data.flag("linear_before_reset", false);
    if (split) {
      List<String> parts =
          layer.emit("Split", Attributes.NONE.with("axis", 1L).with("num_outputs", 4L), 4, bias);
      String zero = layer.emit("Sub", parts.get(0), parts.get(0));
      parameters.add(
          layer.emit(
              "Concat",
              Attributes.NONE.with("axis", 1L),
              parts.get(0),
              parts.get(1),
              parts.get(2),
              zero,
              zero,
              parts.get(3)));
    } else {
      String own = ordered(layer, bias, gates);
      String zero = layer.emit("Sub", own, own);
      parameters.add(layer.emit("Concat", Attributes.NONE.with("axis", 1L), own, zero));
    }
    return parameters;
  }

  private static String ordered(LayerContext layer, String value, int gates) {
    if (gates != 4) {
      return value;
    }
    List<String> parts =
        layer.emit("Split", Attributes.NONE.with("axis", 1L).with("num_outputs", 4L), 4, value);
    String[] sorted = new String[4];
    for (int gate = 0; gate < 4; gate++) {
      sorted[gate] = parts.get(LSTM_GATES[gate]);
    }
    return layer.emit("Concat", Attributes.NONE.with("axis", 1L), sorted);
  }

  private static Attributes attributes(LayerContext layer, String type, int directions) {
    Attributes attributes = Attributes.NONE.with("hidden_size", layer.data.integer("hidden_size"));
    if (layer.data.flag("linear_before_reset", false)) {
      attributes = attributes.with("linear_before_reset", 1L);
    }
    float clip = layer.data.number("clip", 0);
    if (clip > 0 && Float.isFinite(clip)) {
      attributes = attributes.with("clip", clip);
    }
    String[] functions = AttributeTexts.parts(layer.data.text("activations", ""));
    if (functions.length == 0) {
      return attributes;
    }
    int expected = type.equals("LSTM") ? 3 : type.equals("GRU") ? 2 : 1;
    if (functions.length != expected) {
      throw new InputException("it should have " + expected + " activations");
    }
    List<String> names = new ArrayList<>();
    for (int direction = 0; direction < directions; direction++) {
      for (String function : functions) {
        names.add(
            switch (function.toLowerCase(Locale.ROOT)) {
              case "sigmoid" -> "Sigmoid";
              case "tanh" -> "Tanh";
              case "relu" -> "Relu";
              default -> throw new InexpressibleLayerException("it activates by " + function);
            });
      }
    }
    return attributes.with("activations", new Attribute.StringsAttribute(names));
  }
}
