package io.nncf4j.core.pattern;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to match: collects bindings, and takes them back where a commutative or optional
 * branch fails. Its recursion is as deep as the pattern.
 */
final class Matcher {
  private final Graph graph;
  private final Function<String, @Nullable Tensor> constants;
  private Map<String, Node> nodes = new HashMap<>();
  private Map<String, String> values = new HashMap<>();
  private Map<String, Tensor> tensors = new HashMap<>();

  Matcher(Graph graph, Function<String, @Nullable Tensor> constants) {
    this.graph = graph;
    this.constants = constants;
  }

  MatchResult.Match match() {
    return new MatchResult.Match(nodes, values, tensors);
  }

  /** Null when the node matches; the bindings are then extended. */
  MatchResult.@Nullable Mismatch node(NodePattern pattern, Node node) {
    if (!pattern.accepts(node.operator())) {
      return mismatch(node, "it is " + node.operator() + ", not " + pattern.describe());
    }
    for (NodePattern.Condition condition : pattern.conditions()) {
      if (!condition.test().test(node)) {
        return mismatch(node, condition.reason().apply(node));
      }
    }
    if (pattern.isSingleUse() && !graph.hasSingleUse(node.output(0))) {
      return mismatch(
          node,
          graph.isOutput(node.output(0))
              ? "its result is an output of the graph"
              : "its result is read at " + graph.uses(node.output(0)).size() + " places");
    }
    MatchResult.Mismatch inInputs =
        pattern.isCommutative() ? eitherOrder(pattern, node) : inputs(pattern, node, false);
    if (inInputs != null) {
      return inInputs;
    }
    Node bound = pattern.name().isEmpty() ? null : nodes.put(pattern.name(), node);
    return bound == null || bound == node
        ? null
        : mismatch(node, "the pattern asks for the node \"" + bound.name() + "\" again");
  }

  private MatchResult.@Nullable Mismatch eitherOrder(NodePattern pattern, Node node) {
    Map<String, Node> savedNodes = new HashMap<>(nodes);
    Map<String, String> savedValues = new HashMap<>(values);
    Map<String, Tensor> savedTensors = new HashMap<>(tensors);
    MatchResult.Mismatch first = inputs(pattern, node, false);
    if (first == null) {
      return null;
    }
    restore(savedNodes, savedValues, savedTensors);
    MatchResult.Mismatch second = inputs(pattern, node, true);
    return second == null ? null : mismatch(node, "in neither order: " + first + "; " + second);
  }

  private void restore(
      Map<String, Node> savedNodes,
      Map<String, String> savedValues,
      Map<String, Tensor> savedTensors) {
    nodes = savedNodes;
    values = savedValues;
    tensors = savedTensors;
  }

  private MatchResult.@Nullable Mismatch inputs(NodePattern pattern, Node node, boolean swapped) {
    for (NodePattern.Input input : pattern.inputPatterns()) {
      int index = swapped ? 1 - input.index() : input.index();
      if (!node.hasInput(index)) {
        return mismatch(node, "it has no input " + index);
      }
      MatchResult.Mismatch mismatch = value(input.pattern(), node, index);
      if (mismatch != null) {
        return mismatch;
      }
    }
    return null;
  }

  private MatchResult.@Nullable Mismatch value(ValuePattern pattern, Node reader, int index) {
    String value = reader.input(index);
    if (pattern instanceof ValuePattern.Any any) {
      return bind(any.name(), value, reader, index);
    }
    if (pattern instanceof ValuePattern.Constant constant) {
      Tensor tensor = constants.apply(value);
      if (tensor == null || !constant.test().test(tensor)) {
        return mismatch(
            reader, "its input " + index + " (\"" + value + "\") is not " + constant.condition());
      }
      tensors.put(constant.name(), tensor);
      return bind(constant.name(), value, reader, index);
    }
    NodePattern wanted = (NodePattern) pattern;
    Node producer = graph.producer(value);
    if (wanted.isOptional() && (producer == null || !wanted.accepts(producer.operator()))) {
      return value(wanted.inputPatterns().get(0).pattern(), reader, index);
    }
    if (producer == null) {
      return mismatch(
          reader,
          "its input " + index + " (\"" + value + "\") is not computed by " + wanted.describe());
    }
    return node(wanted, producer);
  }

  private MatchResult.@Nullable Mismatch bind(String name, String value, Node reader, int index) {
    String bound = values.put(name, value);
    return bound == null || bound.equals(value)
        ? null
        : mismatch(reader, "its input " + index + " is \"" + value + "\", not \"" + bound + "\"");
  }

  private static MatchResult.Mismatch mismatch(Node node, String reason) {
    return new MatchResult.Mismatch(node.name(), reason);
  }
}
