package io.nncf4j.compression.training.pruning;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A graph as the original has recorded it (nodes with layer attributes, edges with shapes), as a
 * model: node {@code 3} is called {@code n3}, and its outputs {@code v3_0}, {@code v3_1}.
 */
final class RecordedGraph {
  private final JsonNode nodes;
  private final List<JsonNode> edges = new ArrayList<>();
  private final GraphEditor editor = GraphEditor.empty("recorded");

  private RecordedGraph(JsonNode nodes, JsonNode edges) {
    this.nodes = nodes;
    edges.forEach(this.edges::add);
  }

  static Model of(JsonNode entry) {
    RecordedGraph recorded = new RecordedGraph(entry.get("nodes"), entry.get("edges"));
    recorded.nodes.forEach(recorded::add);
    return ShapeInference.infer(Model.of(recorded.editor.build()));
  }

  private List<JsonNode> into(JsonNode node) {
    return edges.stream()
        .filter(edge -> edge.get("to").asInt() == node.get("id").asInt())
        .sorted(Comparator.comparingInt(edge -> edge.get("input_port").asInt()))
        .toList();
  }

  private List<JsonNode> from(JsonNode node) {
    return edges.stream()
        .filter(edge -> edge.get("from").asInt() == node.get("id").asInt())
        .sorted(Comparator.comparingInt(edge -> edge.get("output_port").asInt()))
        .toList();
  }

  private static long[] longs(JsonNode values) {
    return IntStream.range(0, values.size())
        .mapToLong(index -> values.get(index).asLong())
        .toArray();
  }

  private static long[] shape(JsonNode edge) {
    return longs(edge.get("shape"));
  }

  private static String value(JsonNode edge) {
    return "v" + edge.get("from").asText() + "_" + edge.get("output_port").asText();
  }

  private void add(JsonNode node) {
    String type = node.get("type").asText();
    String output = "v" + node.get("id").asText() + "_0";
    JsonNode layer = node.path("layer_attributes");
    if (type.equals("nncf_model_input")) {
      editor.input(new Value(output, TensorType.of(DataType.FLOAT32, shape(from(node).get(0)))));
      return;
    }
    List<String> inputs = new ArrayList<>(into(node).stream().map(RecordedGraph::value).toList());
    long[] given = shape(into(node).get(0));
    switch (type) {
      case "nncf_model_output" -> editor.output(new Value(inputs.get(0), null));
      case "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d" ->
          convolution(node, layer, inputs, output);
      case "linear" -> linear(node, layer, inputs, output);
      case "relu", "relu_" -> put(node, "Relu", Attributes.NONE, inputs, output);
      case "__add__" -> put(node, "Add", Attributes.NONE, inputs, output);
      case "__mul__" -> put(node, "Mul", Attributes.NONE, inputs, output);
      case "batch_norm" -> {
        for (String parameter : List.of("g", "b", "m", "v")) {
          inputs.add(constant(node, parameter, given[1]));
        }
        put(node, "BatchNormalization", Attributes.NONE, inputs, output);
      }
      case "group_norm" -> {
        inputs.add(constant(node, "g", given[1]));
        inputs.add(constant(node, "b", given[1]));
        put(
            node,
            "GroupNormalization",
            Attributes.NONE.with("num_groups", layer.get("num_groups").asLong()),
            inputs,
            output);
      }
      case "layer_norm" -> {
        inputs.add(constant(node, "g", longs(layer.get("weight_shape"))));
        inputs.add(constant(node, "b", longs(layer.get("weight_shape"))));
        long axis = -layer.get("weight_shape").size();
        put(node, "LayerNormalization", Attributes.NONE.with("axis", axis), inputs, output);
      }
      case "cat" ->
          put(
              node,
              "Concat",
              Attributes.NONE.with("axis", layer.get("axis").asLong()),
              inputs,
              output);
      case "chunk" -> split(node, layer, inputs, given);
      case "view", "flatten", "reshape" -> {
        inputs.add("n" + node.get("id").asText() + "_shape");
        editor.constant(inputs.get(1), Tensor.vector(shape(from(node).get(0))));
        put(node, "Reshape", Attributes.NONE, inputs, output);
      }
      case "max_pool2d", "adaptive_avg_pool2d" -> pool(node, type, inputs, given, output);
      case "mean" -> mean(node, inputs, given, output);
      case "pad" -> pad(node, inputs, given, output);
      default -> throw new IllegalStateException("no translation of " + type);
    }
  }

  private void put(
      JsonNode node, String type, Attributes attributes, List<String> inputs, String... outputs) {
    editor.add(
        Node.onnx("n" + node.get("id").asText(), type, attributes, inputs, List.of(outputs)));
  }

  /** Calls of one module share its constants. */
  private String constant(JsonNode node, String parameter, long... shape) {
    String call = node.get("name").asText();
    String name = call.substring(0, call.lastIndexOf('/')) + "." + parameter;
    float[] values = new float[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] = 1 + (index * 37 % 101) / 101f;
    }
    editor.constant(name, Tensor.ofFloats(values, shape));
    return name;
  }

  private void convolution(JsonNode node, JsonNode layer, List<String> inputs, String output) {
    long groups = layer.get("groups").asLong();
    long in = layer.get("in_channels").asLong();
    long out = layer.get("out_channels").asLong();
    boolean transposed = layer.get("transpose").asBoolean();
    long[] kernel = longs(layer.get("kernel_size"));
    long[] weight = new long[kernel.length + 2];
    weight[0] = transposed ? in : out;
    weight[1] = (transposed ? out : in) / groups;
    System.arraycopy(kernel, 0, weight, 2, kernel.length);
    inputs.add(constant(node, "w", weight));
    if (layer.get("with_bias").asBoolean()) {
      inputs.add(constant(node, "b", out));
    }
    long[] padding = longs(layer.get("padding_values"));
    long[] pads = new long[2 * kernel.length];
    for (int index = 0; index < pads.length; index++) {
      pads[index] = padding[index % kernel.length];
    }
    Attributes attributes =
        Attributes.NONE
            .with("group", groups)
            .with("pads", pads)
            .with("strides", longs(layer.get("stride")))
            .with("dilations", longs(layer.get("dilations")));
    put(node, transposed ? "ConvTranspose" : "Conv", attributes, inputs, output);
  }

  private void linear(JsonNode node, JsonNode layer, List<String> inputs, String output) {
    long in = layer.get("in_features").asLong();
    long out = layer.get("out_features").asLong();
    inputs.add(constant(node, "w", in, out));
    String product = output + "_product";
    put(node, "MatMul", Attributes.NONE, inputs, product);
    editor.add(
        Node.onnx(
            "n" + node.get("id").asText() + "_bias",
            "Add",
            Attributes.NONE,
            List.of(product, constant(node, "b", out)),
            List.of(output)));
  }

  private void split(JsonNode node, JsonNode layer, List<String> inputs, long[] given) {
    int axis = Math.floorMod(layer.get("axis").asInt(), given.length);
    int count = layer.get("chunks").asInt();
    long each = (given[axis] + count - 1) / count;
    long[] lengths = new long[count];
    String[] outputs = new String[count];
    for (int index = 0; index < count; index++) {
      lengths[index] = Math.min(each, given[axis] - index * each);
      outputs[index] = "v" + node.get("id").asText() + "_" + index;
    }
    inputs.add("n" + node.get("id").asText() + "_lengths");
    editor.constant(inputs.get(1), Tensor.vector(lengths));
    put(node, "Split", Attributes.NONE.with("axis", (long) axis), inputs, outputs);
  }

  private void pool(JsonNode node, String type, List<String> inputs, long[] given, String output) {
    long[] wanted = shape(from(node).get(0));
    long[] strides = {given[2] / wanted[2], given[3] / wanted[3]};
    long[] kernel = {
      given[2] - (wanted[2] - 1) * strides[0], given[3] - (wanted[3] - 1) * strides[1]
    };
    put(
        node,
        type.equals("max_pool2d") ? "MaxPool" : "AveragePool",
        Attributes.NONE.with("kernel_shape", kernel).with("strides", strides),
        inputs,
        output);
  }

  private void mean(JsonNode node, List<String> inputs, long[] given, String output) {
    long[] wanted = shape(from(node).get(0));
    boolean keeps = wanted.length == given.length;
    long[] axes =
        IntStream.range(0, given.length)
            .filter(axis -> keeps ? wanted[axis] != given[axis] : axis >= wanted.length)
            .mapToLong(axis -> axis)
            .toArray();
    inputs.add("n" + node.get("id").asText() + "_axes");
    editor.constant(inputs.get(1), Tensor.vector(axes));
    put(node, "ReduceMean", Attributes.NONE.with("keepdims", keeps ? 1L : 0L), inputs, output);
  }

  private void pad(JsonNode node, List<String> inputs, long[] given, String output) {
    JsonNode layer = node.get("layer_attributes");
    long[] wanted = shape(from(node).get(0));
    long[] pads = new long[2 * given.length];
    for (int axis = 0; axis < given.length; axis++) {
      pads[axis] = (wanted[axis] - given[axis]) / 2;
      pads[given.length + axis] = wanted[axis] - given[axis] - pads[axis];
    }
    String name = "n" + node.get("id").asText();
    inputs.add(name + "_pads");
    editor.constant(inputs.get(1), Tensor.vector(pads));
    String mode =
        switch (layer.get("mode").asText()) {
          case "replicate" -> "edge";
          case "circular" -> "wrap";
          default -> layer.get("mode").asText();
        };
    if (mode.equals("constant")) {
      inputs.add(name + "_value");
      float value = (float) layer.path("value").asDouble(0);
      editor.constant(inputs.get(2), Tensor.ofFloats(new float[] {value}));
    }
    put(node, "Pad", Attributes.NONE.with("mode", mode), inputs, output);
  }

  /** Where the shapes of the model differ from the recorded ones; empty when nowhere. */
  static List<String> differences(Model model, JsonNode entry) {
    List<String> differences = new ArrayList<>();
    for (JsonNode edge : entry.get("edges")) {
      Shape found = model.graph().tensorType(value(edge)).shape();
      if (found == null || !found.equals(Shape.of(shape(edge)))) {
        differences.add(value(edge) + ": " + found + " for " + edge.get("shape"));
      }
    }
    return differences;
  }

  /** Attributes by node number, for messages. */
  static Map<Integer, String> names(JsonNode entry) {
    Map<Integer, String> names = new java.util.TreeMap<>();
    entry
        .get("nodes")
        .forEach(node -> names.put(node.get("id").asInt(), node.get("name").asText()));
    return names;
  }
}
