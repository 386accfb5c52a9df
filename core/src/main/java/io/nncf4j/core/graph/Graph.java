package io.nncf4j.core.graph;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An immutable graph: nodes in topological order over named values, each assigned once.
 *
 * <p>A value is an input, a constant, or an output of one node. Names are the only references:
 * bodies inside attributes read values of the graphs around them by name, and never define a name
 * that is visible from outside. The constructor checks all of this, so a {@code Graph} that exists
 * is well formed; whether its operators are used rightly is the verifier's question. Producers and
 * consumers are indexed.
 *
 * <p>To change a graph, take a {@link GraphEditor}.
 */
public final class Graph {
  /**
   * One place where a value is read: input {@code index} of {@code node}; index -1 when a body
   * inside the node reads it.
   */
  public record Use(Node node, int index) {}

  private final String name;
  private final List<Value> inputs;
  private final List<Value> outputs;
  private final Map<String, Tensor> constants;
  private final List<Node> nodes;
  private final Map<String, ValueType> types;

  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, Node> nodesByName = new HashMap<>();
  private final Map<String, List<Use>> uses = new HashMap<>();
  private final Map<String, Value> inputsByName = new HashMap<>();
  private final Set<String> outputNames = new java.util.LinkedHashSet<>();
  private final Set<String> captured = new TreeSet<>();

  /**
   * @param inputs values that the caller (or the node that owns this body) gives, with their types
   * @param outputs values handed back, in order
   * @param constants weights and other constants by value name, in file order
   * @param nodes in any order; they are sorted, stably, so that each stands behind what it reads
   * @param types what is known of inner values
   * @throws InputException when a name is assigned twice, nodes form a cycle, or an output is
   *     defined nowhere
   */
  public Graph(
      String name,
      List<Value> inputs,
      List<Value> outputs,
      Map<String, Tensor> constants,
      Collection<Node> nodes,
      Map<String, ValueType> types) {
    this.name = name;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    this.types = Map.copyOf(types);
    define(nodes);
    this.nodes = TopologicalOrder.sort(nodes, producers, this::describe);
    index();
  }

  private String describe() {
    return name.isEmpty() ? "The graph" : "The graph \"" + name + "\"";
  }

  private void define(Collection<Node> unsorted) {
    for (Value input : inputs) {
      if (input.name().isEmpty() || inputsByName.put(input.name(), input) != null) {
        throw new InputException(
            describe()
                + " has two inputs of the name \""
                + input.name()
                + "\", or one without a name");
      }
    }
    for (String constant : constants.keySet()) {
      if (inputsByName.containsKey(constant)) {
        throw new InputException(
            describe() + " has both an input and a constant of the name \"" + constant + "\"");
      }
    }
    for (Node node : unsorted) {
      if (nodesByName.put(node.name(), node) != null) {
        throw new InputException(describe() + " has two nodes of the name \"" + node.name() + "\"");
      }
      for (String output : node.outputs()) {
        if (output.isEmpty()) {
          continue;
        }
        Node other = producers.put(output, node);
        if (other != null || inputsByName.containsKey(output) || constants.containsKey(output)) {
          throw new InputException(
              describe()
                  + " assigns the value \""
                  + output
                  + "\" twice: by node \""
                  + node.name()
                  + "\" and "
                  + (other == null
                      ? "as an input or constant"
                      : "by node \"" + other.name() + "\""));
        }
      }
    }
  }

  private void index() {
    for (Node node : nodes) {
      List<String> read = node.inputs();
      for (int index = 0; index < read.size(); index++) {
        use(read.get(index), node, index);
      }
      for (Graph body : node.attributes().graphs()) {
        for (String outer : body.captured) {
          use(outer, node, -1);
        }
      }
    }
    for (Value output : outputs) {
      outputNames.add(output.name());
      if (!isDefined(output.name())) {
        captured.add(output.name());
      }
    }
    for (String value : uses.keySet()) {
      if (!isDefined(value)) {
        captured.add(value);
      }
    }
  }

  private void use(String value, Node node, int index) {
    if (!value.isEmpty()) {
      uses.computeIfAbsent(value, key -> new ArrayList<>(2)).add(new Use(node, index));
    }
  }

  public String name() {
    return name;
  }

  public List<Value> inputs() {
    return inputs;
  }

  public List<Value> outputs() {
    return outputs;
  }

  /**
   * Constants by value name, in a fixed order. Nodes of type {@code Constant} are nodes and do not
   * stand here.
   */
  public Map<String, Tensor> constants() {
    return constants;
  }

  /** Nodes in topological order. */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * Types of inner values as recorded in the file or by shape inference; inputs and constants carry
   * their own.
   */
  public Map<String, ValueType> types() {
    return types;
  }

  /** The node of this name, or null. */
  public @Nullable Node node(String nodeName) {
    return nodesByName.get(nodeName);
  }

  /**
   * The node that defines {@code value}, or null for inputs, constants and values of outer graphs.
   */
  public @Nullable Node producer(String value) {
    return producers.get(value);
  }

  /**
   * The constant of this name, or null. Does not look into {@code Constant} nodes; see {@link
   * #constantValue}.
   */
  public @Nullable Tensor constant(String value) {
    return constants.get(value);
  }

  /**
   * The tensor behind {@code value} when it is a constant or the output of a {@code Constant} node
   * with a tensor; null otherwise.
   */
  public @Nullable Tensor constantValue(String value) {
    Tensor constant = constants.get(value);
    if (constant != null) {
      return constant;
    }
    Node producer = producers.get(value);
    return producer != null && producer.is("Constant") ? producer.tensorAttribute("value") : null;
  }

  /**
   * Where {@code value} is read by nodes of this graph, in graph order; graph outputs do not count:
   * see {@link #isOutput}.
   */
  public List<Use> uses(String value) {
    return Collections.unmodifiableList(uses.getOrDefault(value, List.of()));
  }

  /** The nodes that read {@code value}, each once, in graph order. */
  public List<Node> consumers(String value) {
    return uses(value).stream().map(Use::node).distinct().toList();
  }

  /** True when one node reads {@code value}, at one place, and it is no output. */
  public boolean hasSingleUse(String value) {
    return uses(value).size() == 1 && !isOutput(value);
  }

  public boolean isInput(String value) {
    return inputsByName.containsKey(value);
  }

  public boolean isOutput(String value) {
    return outputNames.contains(value);
  }

  /** True when {@code value} is assigned in this graph itself. */
  public boolean isDefined(String value) {
    return producers.containsKey(value)
        || constants.containsKey(value)
        || inputsByName.containsKey(value);
  }

  /**
   * Names read here but assigned in a graph around this one; empty for the main graph of a
   * well-formed model.
   */
  public Set<String> captured() {
    return Collections.unmodifiableSet(captured);
  }

  /** The value with all that is known of its type. */
  public Value value(String valueName) {
    Value input = inputsByName.get(valueName);
    if (input != null) {
      return input;
    }
    Tensor constant = constants.get(valueName);
    if (constant != null) {
      return new Value(valueName, TensorType.of(constant));
    }
    ValueType type = types.get(valueName);
    if (type == null && outputNames.contains(valueName)) {
      for (Value output : outputs) {
        if (output.name().equals(valueName)) {
          return output;
        }
      }
    }
    return new Value(valueName, type);
  }

  /** The tensor type of {@code value}, {@link TensorType#UNKNOWN} when nothing is known. */
  public TensorType tensorType(String value) {
    return value(value).tensorType();
  }

  /**
   * The same graph with other recorded types of inner values; outputs take their type from there
   * where it is known.
   */
  public Graph withTypes(Map<String, ValueType> newTypes) {
    List<Value> typedOutputs =
        outputs.stream()
            .map(
                output ->
                    new Value(output.name(), newTypes.getOrDefault(output.name(), output.type())))
            .toList();
    return new Graph(name, inputs, typedOutputs, constants, nodes, newTypes);
  }

  /** The same graph under another name. */
  public Graph withName(String newName) {
    return new Graph(newName, inputs, outputs, constants, nodes, types);
  }

  /**
   * Every name that is assigned or read here or in a body, so that a new one can be chosen freely.
   */
  public Set<String> allNames() {
    Set<String> names = new java.util.HashSet<>(inputsByName.keySet());
    names.addAll(constants.keySet());
    names.addAll(producers.keySet());
    names.addAll(uses.keySet());
    names.addAll(outputNames);
    for (Node node : nodes) {
      names.add(node.name());
      for (Graph body : node.attributes().graphs()) {
        names.addAll(body.allNames());
      }
    }
    return names;
  }

  /** Structural equality: same names, nodes, constants and recorded types. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Graph that
        && name.equals(that.name)
        && inputs.equals(that.inputs)
        && outputs.equals(that.outputs)
        && nodes.equals(that.nodes)
        && constants.equals(that.constants)
        && types.equals(that.types);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + nodes.hashCode();
  }

  @Override
  public String toString() {
    return describe() + " of " + nodes.size() + " nodes";
  }
}
