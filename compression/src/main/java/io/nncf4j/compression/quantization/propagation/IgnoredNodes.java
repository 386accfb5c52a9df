package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.LimitedText;
import io.nncf4j.compression.options.Subgraph;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Resolves an ignored scope to nodes. */
public final class IgnoredNodes {
  private IgnoredNodes() {}

  /**
   * The nodes that any rule of the scope names, in graph order.
   *
   * @throws InputException when a pattern is no regular expression or takes too long, or when the
   *     scope is to be validated and rules match nothing; all such rules are listed
   */
  public static Set<Node> find(Graph graph, IgnoredScope scope) {
    return find(graph, scope, "ignored scope");
  }

  /**
   * Likewise for nodes that are chosen for something else.
   *
   * @param what the scope is, in an error
   */
  public static Set<Node> find(Graph graph, IgnoredScope scope, String what) {
    List<String> problems = new ArrayList<>();
    Set<Node> found = new LinkedHashSet<>();
    for (String name : scope.names()) {
      Node node = graph.node(name);
      if (node != null) {
        found.add(node);
      } else {
        problems.add("no node is named \"" + name + "\"");
      }
    }
    for (String type : scope.types()) {
      List<Node> matching =
          graph.nodes().stream().filter(node -> node.type().equals(type)).toList();
      found.addAll(matching);
      if (matching.isEmpty()) {
        problems.add("no node is of type " + type);
      }
    }
    for (String pattern : scope.patterns()) {
      List<Node> matching = matching(graph, pattern);
      found.addAll(matching);
      if (matching.isEmpty()) {
        problems.add("no node's name matches the pattern \"" + pattern + "\"");
      }
    }
    for (Subgraph subgraph : scope.subgraphs()) {
      java.util.stream.Stream.concat(subgraph.inputs().stream(), subgraph.outputs().stream())
          .filter(name -> graph.node(name) == null)
          .forEach(name -> problems.add("no node of a subgraph is named \"" + name + "\""));
      Set<Node> between = between(graph, subgraph);
      found.addAll(between);
      if (between.isEmpty()) {
        problems.add("there is no path from " + subgraph.inputs() + " to " + subgraph.outputs());
      }
    }
    if (scope.validate() && !problems.isEmpty()) {
      throw new InputException(
          "The " + what + " does not fit the model: " + String.join("; ", problems));
    }
    return graph.nodes().stream()
        .filter(found::contains)
        .collect(java.util.stream.Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<Node> matching(Graph graph, String pattern) {
    Pattern compiled;
    try {
      compiled = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new InputException(
          "The ignored scope has a pattern that is no regular expression: \""
              + pattern
              + "\": "
              + e.getDescription(),
          e);
    }
    LimitedText.Budget budget = new LimitedText.Budget(pattern);
    return graph.nodes().stream()
        .filter(node -> LimitedText.beginsWith(compiled, node.name(), budget))
        .toList();
  }

  /**
   * Nodes that can be reached from an input and reach an output: those on all paths between them.
   */
  private static Set<Node> between(Graph graph, Subgraph subgraph) {
    Set<Node> below = new LinkedHashSet<>();
    Deque<Node> open = new ArrayDeque<>();
    subgraph.inputs().stream()
        .map(graph::node)
        .filter(java.util.Objects::nonNull)
        .forEach(open::add);
    while (!open.isEmpty()) {
      Node node = open.remove();
      if (below.add(node)) {
        node.outputs().forEach(output -> open.addAll(graph.consumers(output)));
      }
    }
    Set<Node> above = new LinkedHashSet<>();
    subgraph.outputs().stream()
        .map(graph::node)
        .filter(java.util.Objects::nonNull)
        .forEach(open::add);
    while (!open.isEmpty()) {
      Node node = open.remove();
      if (above.add(node)) {
        node.inputs().stream()
            .map(graph::producer)
            .filter(java.util.Objects::nonNull)
            .forEach(open::add);
      }
    }
    below.retainAll(above);
    return below;
  }
}
