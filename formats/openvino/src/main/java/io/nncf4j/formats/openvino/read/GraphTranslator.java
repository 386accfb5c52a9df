package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.SmallValues;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.FreshNames;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrLayer;
import io.nncf4j.formats.openvino.ir.IrNetwork;
import io.nncf4j.formats.openvino.ir.IrPort;
import io.nncf4j.formats.openvino.ir.IrTypes;
import io.nncf4j.formats.openvino.ir.IrWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Translates one network or body. Small values that follow from constants and static shapes are
 * computed on the way, because ONNX takes as attributes some of what OpenVINO takes as inputs.
 */
final class GraphTranslator {
  private final IrNetwork network;
  private final IrWeights weights;
  private final FreshNames names;
  private final FreshNames nodeNames;
  private final @Nullable GraphTranslator outer;
  private final LayerOrder order;
  private final StoredConstants stored;
  private final SmallValues smallValues = new SmallValues();
  private final Map<String, LayerRule> rules;

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, Tensor> known = new HashMap<>();
  private final Map<String, ValueType> types = new HashMap<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Map<Integer, String> results = new HashMap<>();

  GraphTranslator(
      IrNetwork network, IrWeights weights, FreshNames names, @Nullable GraphTranslator outer) {
    this.network = network;
    this.weights = weights;
    this.names = names;
    this.outer = outer;
    order = new LayerOrder(network);
    stored = new StoredConstants(this, order);
    rules = outer == null ? LayerRules.all() : outer.rules;
    nodeNames = outer == null ? new FreshNames() : outer.nodeNames;
  }

  /** The network as a graph whose inputs and outputs are its Parameters and Results. */
  Graph translate() {
    translateLayers(Map.of());
    return new Graph(network.name(), inputs, outputs, constants, nodes, innerTypes());
  }

  /**
   * Translates the layers.
   *
   * @param bound what Parameters stand for, by layer number, where they are no inputs
   */
  void translateLayers(Map<Integer, String> bound) {
    // Callers know inputs and outputs by their place in the file.
    List<IrLayer> layers = new ArrayList<>();
    network.layers().stream().filter(GraphTranslator::isInput).forEach(layers::add);
    order.sorted().stream()
        .filter(layer -> !isInput(layer) && !layer.type().equals("Result"))
        .forEach(layers::add);
    network.layers().stream().filter(each -> each.type().equals("Result")).forEach(layers::add);
    for (IrLayer layer : layers) {
      try {
        String value = bound.get(layer.id());
        if (value == null) {
          translate(layer);
        } else {
          bind(layer, 0, value);
        }
      } catch (InputException e) {
        String message = String.valueOf(e.getMessage());
        boolean named = message.startsWith("Layer ");
        throw new InputException(named ? message : layer.describe() + ": " + message, e);
      }
    }
    if (network.isLegacy()) {
      for (IrLayer layer : network.layers()) {
        for (int port = 0; port < layer.outputs().size(); port++) {
          if (!order.isRead(layer, layer.outputs().get(port)) && !layer.type().equals("Input")) {
            String value = value(layer, layer.outputs().get(port).id());
            addOutput(value, value + "/output");
          }
        }
      }
    }
  }

  private static boolean isInput(IrLayer layer) {
    return layer.inputs().isEmpty() && List.of("Parameter", "Input").contains(layer.type());
  }

  private void translate(IrLayer layer) {
    if (stored.translate(layer)) {
      return;
    }
    int marked = nodes.size();
    LayerContext context = new LayerContext(this, layer);
    LayerRule rule = LayerRules.find(rules, layer.type(), network.isLegacy());
    try {
      if (rule == null || layer.isForeign()) {
        throw new InexpressibleLayerException("the operator is not known");
      }
      rule.translate(context);
    } catch (InexpressibleLayerException e) {
      nodes.subList(marked, nodes.size()).clear();
      keep(layer, String.valueOf(e.getMessage()));
    }
  }

  /** A layer that cannot be expressed, as a node of its own domain. */
  private void keep(IrLayer layer, String reason) {
    Map<String, Attribute> attributes = new TreeMap<>();
    layer.data().forEach((name, value) -> attributes.put(name, Attribute.of(value)));
    attributes.put(NetworkTranslator.REASON, Attribute.of(reason));
    List<String> read = new ArrayList<>();
    for (int index = 0; index < layer.inputs().size(); index++) {
      LayerOrder.Source source = order.source(layer, index);
      read.add(source == null ? "" : value(source.layer(), source.port()));
    }
    List<String> defined = new ArrayList<>();
    for (int index = 0; index < layer.outputs().size(); index++) {
      String value = nameOf(layer, index);
      bind(layer, index, value);
      defined.add(value);
    }
    nodes.add(
        new Node(
            nodeNames.fresh(nodeName(layer)),
            new OperatorType(NetworkTranslator.DOMAIN, layer.type()),
            Attributes.of(attributes),
            read,
            defined));
  }

  // What rules and the patterns of stored constants use.

  LayerOrder order() {
    return order;
  }

  StoredConstants stored() {
    return stored;
  }

  IrWeights weights() {
    return weights;
  }

  IrNetwork network() {
    return network;
  }

  FreshNames names() {
    return names;
  }

  /** Names of nodes: those of the layers, so that they stay as they are from IR to IR. */
  FreshNames nodeNames() {
    return nodeNames;
  }

  List<Value> inputs() {
    return inputs;
  }

  List<Value> outputs() {
    return outputs;
  }

  /** The value of a Result, by its layer number. */
  String resultOf(int layer) {
    String value = results.get(layer);
    if (value == null) {
      throw new InputException("a port map names layer " + layer + ", which is no Result");
    }
    return value;
  }

  /** The finished graph under other inputs and outputs than Parameters and Results. */
  Graph graph(List<Value> newInputs, List<Value> newOutputs) {
    return new Graph(network.name(), newInputs, newOutputs, constants, nodes, innerTypes());
  }

  /** A value as an output of this body: under a name that the body itself defines, once. */
  Value exported(String value) {
    String name = names.fresh(value + "/output");
    node("Identity", name, Attributes.NONE, List.of(value), List.of(name));
    return new Value(name, typeOf(value));
  }

  GraphTranslator body(IrNetwork bodyNetwork) {
    return new GraphTranslator(bodyNetwork, weights, names, this);
  }

  private Map<String, ValueType> innerTypes() {
    Map<String, ValueType> inner = new HashMap<>();
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        ValueType type = types.get(output);
        if (type != null) {
          inner.put(output, type);
        }
      }
    }
    return inner;
  }

  /** True when half precision is only a form of storing, see {@link #widened}. */
  boolean widensHalf() {
    return network.version() <= 10;
  }

  /** The type that a value of this type has in the graph. */
  DataType widened(DataType type) {
    return widensHalf() && type == DataType.FLOAT16 ? DataType.FLOAT32 : type;
  }

  /** Type of an output port as the file says. */
  TensorType portType(IrLayer layer, int index) {
    IrPort port = layer.outputs().get(index);
    String precision = port.precision().isEmpty() ? layer.precision() : port.precision();
    DataType type =
        precision.isEmpty() || precision.equalsIgnoreCase("UNSPECIFIED")
            ? null
            : widened(IrTypes.parse(precision));
    // A port without dimensions is a scalar, or a value of which not even the rank is known.
    boolean open = !network.isLegacy() && port.dimensions().isEmpty();
    return new TensorType(type, open ? null : shape(port.shape()));
  }

  static @Nullable Shape shape(@Nullable List<Long> lengths) {
    return lengths == null
        ? null
        : new Shape(
            lengths.stream()
                .map(length -> length < 0 ? Dimension.UNKNOWN : Dimension.of(length))
                .toList());
  }

  static String nodeName(IrLayer layer) {
    return layer.name().isEmpty() ? layer.type() + "_" + layer.id() : layer.name();
  }

  /** A fresh name for the value of an output: the tensor's, or the layer's. */
  String nameOf(IrLayer layer, int index) {
    IrPort port = layer.outputs().get(index);
    if (!port.names().isEmpty()) {
      return names.fresh(port.names().get(0));
    }
    String name = nodeName(layer);
    return names.fresh(layer.outputs().size() == 1 ? name : name + "." + index);
  }

  void bind(IrLayer layer, int index, String value) {
    if (index >= layer.outputs().size()) {
      throw new InputException("it should have " + (index + 1) + " output ports or more");
    }
    values.put(layer.id() + ":" + layer.outputs().get(index).id(), value);
    TensorType type = portType(layer, index);
    if (type.dataType() != null && !types.containsKey(value)) {
      types.put(value, type);
    }
  }

  String value(IrLayer layer, int port) {
    String value = values.get(layer.id() + ":" + port);
    if (value == null) {
      throw new InputException(layer.describe() + " has no value on port " + port);
    }
    return value;
  }

  void addInput(IrLayer layer, TensorType type) {
    String value = nameOf(layer, 0);
    inputs.add(new Value(value, type));
    types.put(value, type);
    bind(layer, 0, value);
  }

  /** The value that a Result names: an Identity where a caller could not tell it from another. */
  void addResult(IrLayer layer, String value) {
    results.put(layer.id(), value);
    LayerOrder.Source source = order.source(layer, 0);
    List<String> wishes = new ArrayList<>();
    if (source != null) {
      source.layer().outputs().stream()
          .filter(port -> port.id() == source.port())
          .forEach(port -> wishes.addAll(port.names()));
    }
    wishes.remove(value);
    outputs.forEach(output -> wishes.remove(output.name()));
    addOutput(value, wishes.isEmpty() ? value + "/output" : wishes.get(0));
  }

  private void addOutput(String value, String otherName) {
    String name = value;
    boolean taken = outputs.stream().anyMatch(output -> output.name().equals(value));
    if (taken || nodes.stream().noneMatch(node -> node.outputs().contains(value))) {
      name = names.fresh(otherName);
      node("Identity", name, Attributes.NONE, List.of(value), List.of(name));
      types.put(name, typeOf(value));
    }
    outputs.add(new Value(name, typeOf(name)));
  }

  TensorType typeOf(String value) {
    ValueType type = types.get(value);
    if (type == null && constants.containsKey(value)) {
      return TensorType.of(constants.get(value));
    }
    return type instanceof TensorType tensor
        ? tensor
        : outer == null ? TensorType.UNKNOWN : outer.typeOf(value);
  }

  @Nullable Tensor knownOf(String value) {
    Tensor tensor = constants.getOrDefault(value, known.get(value));
    return tensor != null || outer == null ? tensor : outer.knownOf(value);
  }

  void know(String value, Tensor tensor) {
    known.put(value, tensor);
  }

  String constant(String wish, Tensor tensor) {
    String name = names.fresh(wish);
    constants.put(name, tensor);
    return name;
  }

  /** A constant under a name that was made fresh before. */
  void constantNamed(String name, Tensor tensor) {
    constants.put(name, tensor);
  }

  /** Adds a node whose name is {@code wish} if it is free, and computes it when it is small. */
  Node node(
      String type, String wish, Attributes attributes, List<String> read, List<String> defined) {
    Node node = Node.onnx(nodeNames.fresh(wish), type, attributes, read, defined);
    add(node);
    return node;
  }

  void add(Node node) {
    nodes.add(node);
    if (node.is("Shape")) {
      Shape shape = typeOf(node.input(0)).shape();
      if (shape != null && shape.isStatic() && node.attributes().isEmpty()) {
        known.put(node.output(0), Tensor.vector(shape.toArray()));
      }
      return;
    }
    known.putAll(smallValues.of(node, this::knownOf));
  }
}
