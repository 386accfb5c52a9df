package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.InputException;
import io.nncf4j.core.UnsupportedOperatorException.Unsupported;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrTypes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes one graph: the main graph, or a body of one. */
final class GraphEncoder {
  /** Smaller constants stay as they are when weights are stored in half precision. */
  private static final int SMALLEST_HALVED = 32;

  /** Elements for each channel up to which a constant is thin; 5 x 5 is the usual largest. */
  private static final int LARGEST_THIN = 25;

  private final Graph graph;
  private final LayerBuilder layers;
  private final ModelEncoder.Options options;
  private final List<Unsupported> unsupported;
  private final @Nullable GraphEncoder outer;
  private final Map<String, NodeRule> rules;
  private final Map<String, Out> values = new HashMap<>();
  private final Map<String, Out> halved = new HashMap<>();

  GraphEncoder(
      Graph graph,
      LayerBuilder layers,
      ModelEncoder.Options options,
      List<Unsupported> unsupported,
      @Nullable GraphEncoder outer) {
    this.graph = graph;
    this.layers = layers;
    this.options = options;
    this.unsupported = unsupported;
    this.outer = outer;
    rules = outer == null ? NodeRules.all() : outer.rules;
  }

  void encode() {
    for (Value input : graph.inputs()) {
      parameter(input.name(), input.tensorType());
    }
    encodeNodes();
    for (Value output : graph.outputs()) {
      result(output.name());
    }
    nameOutputs();
  }

  /**
   * Names of outputs come first, in the order of the outputs; an input keeps its own name first.
   */
  private void nameOutputs() {
    for (int index = graph.outputs().size() - 1; index >= 0; index--) {
      String name = graph.outputs().get(index).name();
      Out out = values.get(name);
      if (out != null) {
        layers.name(out, name, true);
      }
    }
    for (Value input : graph.inputs()) {
      Out out = values.get(input.name());
      if (out != null) {
        layers.name(out, input.name(), true);
      }
    }
  }

  /** Adds a Parameter for a value. */
  Out parameter(String name, TensorType type) {
    DataType element = type.dataType();
    String text = element == null ? "" : IrTypes.attribute(element);
    if (element == null || text.isEmpty()) {
      unsupported.add(
          new Unsupported(name, "graph input", "OpenVINO has no inputs of type " + type));
      Out none = new Out(0, 0, TensorType.of(DataType.FLOAT32));
      values.put(name, none);
      return none;
    }
    Map<String, String> data =
        Map.of("shape", LayerBuilder.text(type.shape()), "element_type", text);
    Out made = layers.layer(name, "Parameter", 1, data, List.of(), List.of(type)).get(0);
    bind(name, made);
    return made;
  }

  /** Adds a Result for a value and returns the number of its layer. */
  int result(String name) {
    Out value = values.get(name);
    if (value == null && graph.producer(name) != null && graph.constantValue(name) == null) {
      // Its node could not be encoded, which is listed already.
      return -1;
    }
    if (value == null) {
      value = value(name);
    }
    layers.layer(name + "/result", "Result", 1, Map.of(), List.of(value), List.of());
    return layers.count() - 1;
  }

  void encodeNodes() {
    for (Node node : graph.nodes()) {
      if (isUnreachable(node)) {
        continue;
      }
      NodeContext context = new NodeContext(this, node);
      NodeRule rule = rules.get(node.operator().toString());
      try {
        if (rule == null) {
          throw new InexpressibleNodeException(
              node.stringAttribute("nncf_reason", "OpenVINO has no such operator"));
        }
        rule.encode(context);
      } catch (InexpressibleNodeException e) {
        unsupported.add(
            new Unsupported(
                node.name(), node.operator().toString(), String.valueOf(e.getMessage())));
      } catch (InputException e) {
        throw new InputException(
            "Node \"" + node.name() + "\" (" + node.operator() + "): " + e.getMessage(), e);
      }
    }
  }

  /** True when something it reads could not be encoded, which is listed already. */
  private boolean isUnreachable(Node node) {
    for (String input : node.inputs()) {
      if (!input.isEmpty()
          && graph.producer(input) != null
          && !values.containsKey(input)
          && graph.constantValue(input) == null) {
        return !unsupported.isEmpty() && rules.containsKey(node.operator().toString());
      }
    }
    return false;
  }

  LayerBuilder layers() {
    return layers;
  }

  Graph graph() {
    return graph;
  }

  ModelEncoder.Options options() {
    return options;
  }

  /** An encoder of a body, whose layers are a network of their own. */
  GraphEncoder body(Graph body) {
    return new GraphEncoder(body, new LayerBuilder(layers.weights()), options, unsupported, this);
  }

  TensorType type(String value) {
    return graph.isDefined(value) || outer == null ? graph.tensorType(value) : outer.type(value);
  }

  @Nullable Tensor constant(String value) {
    return graph.isDefined(value) || outer == null
        ? graph.constantValue(value)
        : outer.constant(value);
  }

  /** Values of outer graphs must have been bound to Parameters of the body before. */
  Out value(String name) {
    Out found = values.get(name);
    if (found != null) {
      return found;
    }
    Tensor constant = constant(name);
    if (constant == null) {
      throw new InputException("nothing defines the value \"" + name + "\"");
    }
    Out made = stored(name, constant);
    if (graph.isDefined(name)) {
      bind(name, made);
    } else {
      values.put(name, made);
    }
    return made;
  }

  /** A constant, in half precision where that was asked for and it fits. */
  Out stored(String name, Tensor constant) {
    if (!options.halfWeights()
        || constant.dataType() != DataType.FLOAT32
        || constant.size() < SMALLEST_HALVED
        || isThin(constant)) {
      return layers.constant(name, constant);
    }
    Out known = halved.get(name);
    if (known != null) {
      return known;
    }
    Tensor half = Tensor.ofDoubles(DataType.FLOAT16, constant.toDoubles(), constant.shape());
    for (int index = 0; index < half.size(); index++) {
      if (!Double.isFinite(half.doubleAt(index))) {
        return layers.constant(name, constant);
      }
    }
    Out small = layers.constant(name + "_compressed", half);
    Out wide =
        layers
            .layer(
                name,
                "Convert",
                1,
                Map.of("destination_type", "f32"),
                List.of(small),
                List.of(TensorType.of(constant)))
            .get(0);
    layers.inform(wide, "decompression/of", "f16");
    halved.put(name, wide);
    return wide;
  }

  /**
   * Biases, batch normalization and depthwise weights: they weigh little, and nothing averages
   * their errors.
   */
  private static boolean isThin(Tensor tensor) {
    long longest = java.util.Arrays.stream(tensor.shape()).max().orElse(1);
    return longest == 0 || tensor.size() / longest <= LARGEST_THIN;
  }

  /** Says that a value of the graph is this output, which is known by the name of the value. */
  void bind(String name, Out out) {
    values.put(name, out);
    layers.name(out, name, false);
  }
}
