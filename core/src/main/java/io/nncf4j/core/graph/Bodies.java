package io.nncf4j.core.graph;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Rewrites the bodies among a node's attributes. */
public final class Bodies {
  private Bodies() {}

  /**
   * The attributes with {@code change} applied to every body; the same object when no body changed.
   */
  public static Attributes map(Attributes attributes, UnaryOperator<Graph> change) {
    Map<String, Attribute> changed = new TreeMap<>();
    attributes
        .asMap()
        .forEach(
            (name, attribute) -> {
              if (attribute instanceof Attribute.GraphAttribute body) {
                Graph after = change.apply(body.value());
                if (after != body.value()) {
                  changed.put(name, new Attribute.GraphAttribute(after));
                }
              } else if (attribute instanceof Attribute.GraphsAttribute bodies) {
                changed.put(
                    name,
                    new Attribute.GraphsAttribute(bodies.values().stream().map(change).toList()));
              }
            });
    Attributes result = attributes;
    for (Map.Entry<String, Attribute> entry : changed.entrySet()) {
      result = result.with(entry.getKey(), entry.getValue());
    }
    return result;
  }

  /** Renames a value of an outer graph wherever bodies read it. */
  public static Attributes renameCaptured(Attributes attributes, String from, String to) {
    return map(
        attributes, body -> body.captured().contains(from) ? renameCaptured(body, from, to) : body);
  }

  private static Graph renameCaptured(Graph body, String from, String to) {
    List<Node> nodes =
        body.nodes().stream()
            .map(
                node ->
                    node.withInputs(
                            node.inputs().stream()
                                .map(input -> input.equals(from) ? to : input)
                                .toList())
                        .withAttributes(renameCaptured(node.attributes(), from, to)))
            .toList();
    List<Value> outputs =
        body.outputs().stream()
            .map(output -> output.name().equals(from) ? new Value(to, output.type()) : output)
            .toList();
    return new Graph(body.name(), body.inputs(), outputs, body.constants(), nodes, body.types());
  }
}
