package io.nncf4j.compression.latency;

import io.nncf4j.compression.latency.PrecisionAssignment.Choice;
import io.nncf4j.compression.latency.PrecisionAssignment.Link;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns a graph and two profiles of it, in float and on integers, into the choices and links of a
 * {@link PrecisionAssignment}.
 */
final class PrecisionGraph {
  /** Stands for everything that runs in float whatever is decided. */
  private static final String FLOAT = "";

  private final Graph graph;
  private final Set<String> quantizable;

  /**
   * @param quantizable names of the nodes that may run on integers
   */
  PrecisionGraph(Graph graph, Set<String> quantizable) {
    this.graph = graph;
    this.quantizable = quantizable;
  }

  /**
   * @param integerCharge share of its measured time that a node on integers is charged
   */
  List<Choice> choices(NodeCosts floatCosts, NodeCosts integerCosts, double integerCharge) {
    List<Choice> choices = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (quantizable.contains(node.name())) {
        List<Node> fused = withFollowers(node);
        choices.add(
            new Choice(
                node.name(),
                floatCosts.nanosOf(fused),
                integerCharge * integerCosts.nanosOf(fused)));
      }
    }
    return choices;
  }

  List<Link> links(NodeCosts integerCosts) {
    List<Link> links = new ArrayList<>();
    Set<String> given = new LinkedHashSet<>();
    graph.inputs().forEach(input -> given.add(input.name()));
    for (String input : given) {
      links.add(link(FLOAT, input, integerCosts));
    }
    for (Node node : graph.nodes()) {
      if (quantizable.contains(node.name())) {
        List<Node> fused = withFollowers(node);
        links.add(link(node.name(), fused.get(fused.size() - 1).output(0), integerCosts));
      } else if (node.outputs().stream()
              .anyMatch(
                  output ->
                      graph.consumers(output).stream()
                          .anyMatch(reader -> quantizable.contains(reader.name())))
          && !isFollower(node)) {
        links.add(link(FLOAT, node.output(0), integerCosts));
      }
    }
    return links;
  }

  private Link link(String producer, String value, NodeCosts costs) {
    double nanos = costs.conversionNanos(elements(value));
    return new Link(producer, readers(value), nanos, nanos);
  }

  private long elements(String value) {
    Shape shape = graph.tensorType(value).shape();
    if (shape == null) {
      return 0;
    }
    return shape.dimensions().stream()
        .mapToLong(dimension -> Math.max(1, dimension.lengthOrMinusOne()))
        .reduce(1, (first, second) -> first * second);
  }

  /**
   * Nodes that may run on integers and read {@code value}, also through nodes that only move
   * values; and float for whatever else reads it.
   */
  private List<String> readers(String value) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(value));
    Set<String> seen = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      String current = open.remove();
      if (graph.isOutput(current)) {
        found.add(FLOAT);
      }
      for (Node reader : graph.consumers(current)) {
        if (quantizable.contains(reader.name())) {
          found.add(reader.name());
        } else if (reader.is(
                "MaxPool",
                "Reshape",
                "Flatten",
                "Transpose",
                "Squeeze",
                "Unsqueeze",
                "Identity",
                "Slice",
                "Split")
            && seen.add(reader.name())) {
          open.addAll(reader.outputs());
        } else {
          found.add(FLOAT);
        }
      }
    }
    return List.copyOf(found);
  }

  /** A node and the activations that a runtime fuses to it. */
  private List<Node> withFollowers(Node node) {
    List<Node> chain = new ArrayList<>(List.of(node));
    Node last = node;
    while (graph.hasSingleUse(last.output(0))) {
      Node reader = graph.uses(last.output(0)).get(0).node();
      if (quantizable.contains(reader.name()) || !isActivation(reader)) {
        break;
      }
      chain.add(reader);
      last = reader;
    }
    return chain;
  }

  private boolean isFollower(Node node) {
    if (!isActivation(node)) {
      return false;
    }
    Node producer = graph.producer(node.input(0));
    return producer != null
        && graph.hasSingleUse(node.input(0))
        && (quantizable.contains(producer.name()) || isFollower(producer));
  }

  private static boolean isActivation(Node node) {
    return node.is("Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSigmoid");
  }
}
