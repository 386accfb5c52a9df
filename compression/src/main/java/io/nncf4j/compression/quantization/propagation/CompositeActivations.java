package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Activation functions that exporters write as several nodes: swish {@code x*sigmoid(x)}, also with
 * HardSigmoid; hard swish {@code x*relu6(x+3)[/6]}; GELU by erf.
 */
final class CompositeActivations {
  private CompositeActivations() {}

  /**
   * One such function: the value it reads, and its nodes, the first in the graph first, the one
   * that gives the result last.
   */
  record Unit(String input, List<Node> nodes) {}

  /** All of them by the name of their first node. */
  static Map<String, Unit> find(Graph graph) {
    Map<String, Unit> found = new HashMap<>();
    for (Node node : graph.nodes()) {
      Unit unit =
          node.is("Sigmoid", "HardSigmoid")
              ? swish(graph, node)
              : node.is("Add")
                  ? hardSwish(graph, node)
                  : node.is("Div", "Mul") ? gelu(graph, node) : null;
      if (unit != null) {
        found.put(node.name(), unit);
      }
    }
    return found;
  }

  private static @Nullable Unit swish(Graph graph, Node sigmoid) {
    Node multiply = only(graph, sigmoid, "Mul");
    return multiply != null && readsBoth(multiply, sigmoid.output(0), sigmoid.input(0))
        ? new Unit(sigmoid.input(0), List.of(sigmoid, multiply))
        : null;
  }

  private static @Nullable Unit hardSwish(Graph graph, Node add) {
    String input = otherThanConstant(graph, add);
    Node clip = input == null ? null : only(graph, add, "Clip", "Relu");
    Node next = clip == null ? null : only(graph, clip, "Mul", "Div");
    if (input == null || clip == null || next == null) {
      return null;
    }
    if (readsBoth(next, clip.output(0), input)) {
      Node divide = only(graph, next, "Div", "Mul");
      return divide != null && otherThanConstant(graph, divide) != null
          ? new Unit(input, List.of(add, clip, next, divide))
          : new Unit(input, List.of(add, clip, next));
    }
    Node multiply = otherThanConstant(graph, next) == null ? null : only(graph, next, "Mul");
    return multiply != null && readsBoth(multiply, next.output(0), input)
        ? new Unit(input, List.of(add, clip, next, multiply))
        : null;
  }

  private static @Nullable Unit gelu(Graph graph, Node scale) {
    String input = otherThanConstant(graph, scale);
    Node erf = input == null ? null : only(graph, scale, "Erf");
    Node add = erf == null ? null : only(graph, erf, "Add");
    if (input == null || erf == null || add == null || otherThanConstant(graph, add) == null) {
      return null;
    }
    Node first = only(graph, add, "Mul");
    if (first == null) {
      return null;
    }
    if (readsBoth(first, add.output(0), input)) {
      Node half = only(graph, first, "Mul", "Div");
      return half == null || otherThanConstant(graph, half) == null
          ? null
          : new Unit(input, List.of(scale, erf, add, first, half));
    }
    String other = first.input(0).equals(add.output(0)) ? first.input(1) : first.input(0);
    Node half = graph.producer(other);
    boolean isHalf =
        half != null
            && half.is("Mul", "Div")
            && input.equals(otherThanConstant(graph, half))
            && graph.hasSingleUse(other);
    return isHalf ? new Unit(input, List.of(scale, erf, add, half, first)) : null;
  }

  private static boolean readsBoth(Node node, String first, String second) {
    return node.inputs().size() == 2
        && ((node.input(0).equals(first) && node.input(1).equals(second))
            || (node.input(0).equals(second) && node.input(1).equals(first)));
  }

  /** The operand of a binary node that is no constant, when the other is one. */
  private static @Nullable String otherThanConstant(Graph graph, Node node) {
    if (node.inputs().size() != 2) {
      return null;
    }
    boolean first = ConstantOrigin.name(graph, node.input(0)) != null;
    boolean second = ConstantOrigin.name(graph, node.input(1)) != null;
    return first == second ? null : first ? node.input(1) : node.input(0);
  }

  /** The single reader of the node's output, when it has one of these types. */
  private static @Nullable Node only(Graph graph, Node node, String... types) {
    if (!graph.hasSingleUse(node.output(0))) {
      return null;
    }
    Node reader = graph.uses(node.output(0)).get(0).node();
    return reader.is(types) ? reader : null;
  }
}
