package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Bodies;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The raising of one graph or body: runs the rules over its nodes in order, and gives them what
 * they need, which is new constants, helper nodes before and behind, and what is known of values.
 */
final class Raising {
  private final Graph graph;
  private final int from;
  private final int target;
  private final Set<String> names;
  private final @Nullable Raising outer;
  private final KnownTypes knownTypes;

  private final Map<String, Tensor> constants;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Node> behind = new ArrayList<>();

  /**
   * @param names every name in the whole model; new ones are added
   * @param outer the raising of the graph around a body, or null
   * @param knownTypes types of values of the main graph that the model does not record
   */
  Raising(
      Graph graph,
      int from,
      int target,
      Set<String> names,
      @Nullable Raising outer,
      KnownTypes knownTypes) {
    this.graph = graph;
    this.from = from;
    this.target = target;
    this.names = names;
    this.outer = outer;
    this.knownTypes = knownTypes;
    this.constants = new LinkedHashMap<>(graph.constants());
  }

  /** The raised graph; the very graph given when every node has its new form already. */
  Graph run() {
    boolean changed = false;
    for (Node node : graph.nodes()) {
      Node raised = raise(node);
      changed |= raised != node;
      nodes.add(raised);
      nodes.addAll(behind);
      behind.clear();
    }
    return changed
        ? new Graph(graph.name(), graph.inputs(), graph.outputs(), constants, nodes, graph.types())
        : graph;
  }

  private Node raise(Node node) {
    Node current = node;
    if (!node.attributes().graphs().isEmpty()) {
      Attributes attributes =
          Bodies.map(
              node.attributes(),
              body -> new Raising(body, from, target, names, this, knownTypes).run());
      if (attributes != node.attributes()) {
        current = node.withAttributes(attributes);
      }
    }
    if (!node.operator().isOnnx()) {
      return current;
    }
    if (from < 6 && node.attributes().has("consumed_inputs")) {
      current = current.withAttributes(current.attributes().without("consumed_inputs"));
    }
    int version = from;
    RaiseRule rule = next(current, version);
    while (rule != null) {
      current = rule.rewrite().apply(current, this);
      version = rule.version();
      rule = next(current, version);
    }
    return current;
  }

  /** A rule may change the operator, so rules are looked up step by step. */
  private @Nullable RaiseRule next(Node node, int version) {
    for (RaiseRule rule : RaiseRule.of(node.type())) {
      if (rule.version() > version && rule.version() <= target) {
        return rule;
      }
    }
    return null;
  }

  /** A name that nothing in the model has. */
  String freshName(String wish) {
    String candidate = wish;
    for (int number = 1; !names.add(candidate); number++) {
      candidate = wish + "_" + number;
    }
    return candidate;
  }

  /** Adds a constant for a node and returns its name. */
  String constant(Node node, String role, Tensor tensor) {
    String name = freshName(node.name() + "_" + role);
    constants.put(name, tensor);
    return name;
  }

  /** Adds a node in front of the one that is being raised and returns its output. */
  String before(Node node, String type, Attributes attributes, String... inputs) {
    Node helper = helper(node, type, attributes, freshName(node.name() + "_" + type), inputs);
    nodes.add(helper);
    return helper.output(0);
  }

  /**
   * Adds a node that defines output {@code index} of {@code node} in its place, and returns the
   * node with another name for that output. The first input of the new node is that other name.
   */
  Node behind(Node node, int index, String type, Attributes attributes, String... moreInputs) {
    String output = node.output(index);
    String inner = freshName(output + "_raised");
    String[] inputs = new String[moreInputs.length + 1];
    inputs[0] = inner;
    System.arraycopy(moreInputs, 0, inputs, 1, moreInputs.length);
    behind.add(0, helper(node, type, attributes, output, inputs));
    List<String> outputs = new ArrayList<>(node.outputs());
    outputs.set(index, inner);
    return node.withOutputs(outputs);
  }

  private Node helper(
      Node node, String type, Attributes attributes, String output, String... inputs) {
    String name = freshName(node.name() + "_" + type + "_raised");
    return Node.onnx(name, type, attributes, List.of(inputs), List.of(output));
  }

  /** True when a node, a body or the caller reads {@code value}. */
  boolean isRead(String value) {
    return !value.isEmpty() && (!graph.uses(value).isEmpty() || graph.isOutput(value));
  }

  /** The tensor behind a value when it is constant, here or in a graph around; else null. */
  @Nullable Tensor tensor(String value) {
    Tensor added = constants.get(value);
    Tensor found = added != null ? added : graph.constantValue(value);
    return found == null && outer != null && !graph.isDefined(value) ? outer.tensor(value) : found;
  }

  /** The shape of a value as far as it is known, or null when not even the rank is. */
  @Nullable Shape shape(String value) {
    Tensor constant = tensor(value);
    if (constant != null) {
      return Shape.of(constant.shape());
    }
    if (outer != null && !graph.isDefined(value)) {
      return outer.shape(value);
    }
    Shape recorded = graph.tensorType(value).shape();
    return recorded == null && outer == null ? knownTypes.get(value).shape() : recorded;
  }

  /**
   * Element type of a floating-point value: recorded, or that of the value that its producer reads
   * first, as nearly all operators hand it through; float32 when nothing tells.
   */
  DataType floatType(String value) {
    String at = value;
    for (int step = 0; step < graph.nodes().size() + 1; step++) {
      Tensor constant = tensor(at);
      DataType type = constant == null ? graph.tensorType(at).dataType() : constant.dataType();
      if (type == null && outer == null) {
        type = knownTypes.get(at).dataType();
      }
      Node producer = graph.producer(at);
      if (type != null || producer == null) {
        return type != null && type.isFloatingPoint() ? type : DataType.FLOAT32;
      }
      at = producer.input(producer.is("Where") ? 1 : producer.is("OneHot") ? 2 : 0);
    }
    return DataType.FLOAT32;
  }

  /** A scalar constant of the element type that {@code like} has. */
  String scalar(Node node, String role, double value, String like) {
    return constant(node, role, Tensor.ofDoubles(floatType(like), new double[] {value}));
  }

  /**
   * Turns a list attribute into a constant at input {@code index}; the node as it is when it lacks
   * the attribute.
   */
  Node attributeToInput(Node node, String attribute, int index) {
    if (!node.attributes().has(attribute)) {
      return node;
    }
    Tensor values = Tensor.vector(Objects.requireNonNull(node.intsAttributeOrNull(attribute)));
    return node.withAttributes(node.attributes().without(attribute))
        .withInput(index, constant(node, attribute, values));
  }

  InputException unsupported(Node node, String reason) {
    return new InputException(
        "Node \""
            + node.name()
            + "\": "
            + node.type()
            + " of opset "
            + from
            + " cannot be raised to opset "
            + target
            + ", "
            + reason
            + "; export the model again with a newer opset");
  }
}
