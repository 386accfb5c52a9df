package io.nncf4j.core.graph;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects edits of a graph and yields a new one; the old graph stays as it was and shares all its
 * weights with the new one.
 *
 * <p>Edits may pass through states that are no valid graph; {@link #finish} checks, sorts and drops
 * the types of values that are gone. An editor is used by one thread, for one graph. Bodies are
 * edited with an editor of their own and put back as an attribute.
 */
public final class GraphEditor {
  private final Graph before;
  private String name;
  private final List<Value> inputs;
  private final List<Value> outputs;
  private final Map<String, Tensor> constants;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, ValueType> types;
  private final FreshNames names = new FreshNames();

  private final Map<String, Set<String>> readers = new HashMap<>();
  private final Map<String, String> definers = new HashMap<>();

  public GraphEditor(Graph graph) {
    before = graph;
    name = graph.name();
    inputs = new ArrayList<>(graph.inputs());
    outputs = new ArrayList<>(graph.outputs());
    constants = new LinkedHashMap<>(graph.constants());
    types = new HashMap<>(graph.types());
    names.take(graph.allNames());
    graph.nodes().forEach(this::put);
  }

  /** An editor of an empty graph, to build one from nothing. */
  public static GraphEditor empty(String name) {
    return new GraphEditor(new Graph(name, List.of(), List.of(), Map.of(), List.of(), Map.of()));
  }

  private void put(Node node) {
    nodes.put(node.name(), node);
    for (String input : node.inputs()) {
      readers.computeIfAbsent(input, key -> new LinkedHashSet<>()).add(node.name());
    }
    for (Graph body : node.attributes().graphs()) {
      for (String outer : body.captured()) {
        readers.computeIfAbsent(outer, key -> new LinkedHashSet<>()).add(node.name());
      }
    }
    for (String output : node.outputs()) {
      if (!output.isEmpty()) {
        definers.put(output, node.name());
      }
    }
  }

  /**
   * Keeps names from being handed out by {@link #freshName}: for an editor of a body, those of the
   * graphs around it, which a new name must not hide.
   */
  public GraphEditor reserve(Set<String> others) {
    names.take(others);
    return this;
  }

  /**
   * {@code wish} itself when no node or value has it, else the first of {@code wish_1}, {@code
   * wish_2}, … that is free. The name is then taken.
   */
  public String freshName(String wish) {
    return names.fresh(wish);
  }

  public Node node(String nodeName) {
    Node found = nodes.get(nodeName);
    if (found == null) {
      throw new InputException("The graph has no node \"" + nodeName + "\"");
    }
    return found;
  }

  /** Adds a node; it is placed behind what it reads when the edit is finished. */
  public GraphEditor add(Node node) {
    if (nodes.containsKey(node.name())) {
      throw new InputException("The graph already has a node \"" + node.name() + "\"");
    }
    names.take(List.of(node.name()));
    names.take(node.outputs());
    put(node);
    return this;
  }

  /** Puts {@code replacement} in the place of the node of the same name. */
  public GraphEditor replace(Node replacement) {
    return replace(replacement.name(), replacement);
  }

  /**
   * Puts {@code replacement} in the place of the node {@code nodeName}, keeping its position among
   * nodes that do not depend on each other.
   */
  public GraphEditor replace(String nodeName, Node replacement) {
    Node old = node(nodeName);
    forget(old);
    if (replacement.name().equals(nodeName)) {
      put(replacement);
    } else {
      nodes.remove(nodeName);
      add(replacement);
    }
    names.take(replacement.outputs());
    return this;
  }

  /** Removes a node. Whoever reads its outputs must be redirected before the edit is finished. */
  public GraphEditor remove(String nodeName) {
    forget(node(nodeName));
    nodes.remove(nodeName);
    return this;
  }

  private void forget(Node node) {
    for (String input : node.inputs()) {
      forgetReader(input, node);
    }
    for (Graph body : node.attributes().graphs()) {
      body.captured().forEach(outer -> forgetReader(outer, node));
    }
    for (String output : node.outputs()) {
      definers.remove(output, node.name());
    }
  }

  private void forgetReader(String value, Node node) {
    Set<String> names = readers.get(value);
    if (names != null) {
      names.remove(node.name());
    }
  }

  /** Names of the nodes that read {@code value} now, bodies included. */
  public List<String> readers(String value) {
    return List.copyOf(readers.getOrDefault(value, Set.of()));
  }

  /** Sets or replaces a constant. */
  public GraphEditor constant(String value, Tensor tensor) {
    names.take(List.of(value));
    constants.put(value, tensor);
    return this;
  }

  /** Adds a constant under a fresh name made from {@code wish} and returns the name. */
  public String addConstant(String wish, Tensor tensor) {
    String fresh = freshName(wish);
    constants.put(fresh, tensor);
    return fresh;
  }

  public GraphEditor removeConstant(String value) {
    constants.remove(value);
    return this;
  }

  public GraphEditor type(String value, ValueType type) {
    types.put(value, type);
    return this;
  }

  public GraphEditor input(Value input) {
    names.take(List.of(input.name()));
    inputs.add(input);
    return this;
  }

  public GraphEditor output(Value output) {
    outputs.add(output);
    return this;
  }

  public GraphEditor inputs(List<Value> newInputs) {
    inputs.clear();
    newInputs.forEach(this::input);
    return this;
  }

  public GraphEditor outputs(List<Value> newOutputs) {
    outputs.clear();
    outputs.addAll(newOutputs);
    return this;
  }

  public GraphEditor name(String newName) {
    name = newName;
    return this;
  }

  /**
   * Replaces one value by another: every reader of {@code from} reads {@code to} instead, in bodies
   * too. The node that defines {@code to} must not depend on {@code from}; to put a node behind a
   * value, use {@link #splice}.
   *
   * <p>A graph output keeps its name: an Identity from {@code to} defines it, and what defined it
   * before gets another name.
   */
  public GraphEditor redirect(String from, String to) {
    for (String reader : readers(from)) {
      redirect(reader, from, to);
    }
    if (isOutput(from)) {
      renameDefinition(from, freshName(from + "_replaced"));
      add(
          Node.onnx(
              freshName(from + "_identity"),
              "Identity",
              Attributes.NONE,
              List.of(to),
              List.of(from)));
    }
    return this;
  }

  /**
   * The two ends of a cut value: a node to be put in between reads {@code source} and defines
   * {@code target}.
   */
  public record Splice(String source, String target) {}

  /**
   * Cuts {@code value} from all its readers, so that a node can be put in between. Readers that are
   * added later are not affected.
   *
   * <p>An inner value keeps its name at the source; a graph output keeps it at the target, because
   * callers know it by that name. An input or a constant that is handed back as an output is handed
   * back as it is: only its readers are cut off.
   */
  public Splice splice(String value) {
    if (isOutput(value) && definers.containsKey(value)) {
      String source = freshName(value + "_source");
      renameDefinition(value, source);
      return new Splice(source, value);
    }
    String target = freshName(value + "_target");
    readers(value).forEach(reader -> redirect(reader, value, target));
    return new Splice(value, target);
  }

  private boolean isOutput(String value) {
    return outputs.stream().anyMatch(output -> output.name().equals(value));
  }

  private void renameDefinition(String from, String to) {
    String definer = definers.get(from);
    if (definer == null) {
      throw new InputException(
          "The value \""
              + from
              + "\" is an input or a constant that is handed back as an output; it cannot be replaced");
    }
    Node node = node(definer);
    ValueType type = types.get(from);
    if (type != null) {
      types.put(to, type);
    }
    replace(
        node.withOutputs(
            node.outputs().stream().map(output -> output.equals(from) ? to : output).toList()));
  }

  /** Makes one node read {@code to} wherever it reads {@code from}, in its bodies too. */
  public GraphEditor redirect(String reader, String from, String to) {
    Node node = node(reader);
    List<String> inputs =
        node.inputs().stream().map(input -> input.equals(from) ? to : input).toList();
    return replace(
        node.withInputs(inputs).withAttributes(Bodies.renameCaptured(node.attributes(), from, to)));
  }

  /** Makes input {@code index} of one node read {@code value}. */
  public GraphEditor redirect(String reader, int index, String value) {
    return replace(node(reader).withInput(index, value));
  }

  /**
   * Removes nodes whose outputs nobody reads, what only they read, and constants that nobody reads.
   * Graph inputs stay.
   */
  public GraphEditor removeUnused() {
    Set<String> kept = new HashSet<>();
    outputs.forEach(output -> kept.add(output.name()));
    Deque<Node> candidates = new ArrayDeque<>(nodes.values());
    while (!candidates.isEmpty()) {
      Node node = candidates.removeLast();
      if (nodes.get(node.name()) != node || isRead(node, kept)) {
        continue;
      }
      remove(node.name());
      node.inputs().forEach(input -> addDefiner(input, candidates));
      node.attributes()
          .graphs()
          .forEach(body -> body.captured().forEach(outer -> addDefiner(outer, candidates)));
    }
    constants.keySet().removeIf(value -> !kept.contains(value) && !hasReader(value));
    return this;
  }

  private boolean isRead(Node node, Set<String> kept) {
    return node.outputs().stream()
        .anyMatch(output -> !output.isEmpty() && (kept.contains(output) || hasReader(output)));
  }

  private boolean hasReader(String value) {
    return !readers.getOrDefault(value, Set.of()).isEmpty();
  }

  private void addDefiner(String value, Deque<Node> candidates) {
    String definer = definers.get(value);
    if (definer != null) {
      candidates.add(node(definer));
    }
  }

  /** The new graph and how it differs from the old one. */
  public record Result(Graph graph, GraphDiff diff) {}

  /**
   * @throws InputException when the edits left no well-formed graph
   */
  public Result finish() {
    Graph after = build();
    return new Result(after, GraphDiff.between(before, after));
  }

  /** The new graph alone. */
  public Graph build() {
    types.keySet().removeIf(value -> !definers.containsKey(value));
    return new Graph(name, inputs, outputs, constants, nodes.values(), types);
  }
}
