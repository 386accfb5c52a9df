package io.nncf4j.core.compose;

import io.nncf4j.core.UnsupportedOperatorException.Unsupported;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Operators of a file that no ONNX operator stands for. A reader keeps each as a node of the
 * format's own domain with the reason, so that one node never keeps a model from being read, and a
 * conversion can list all of them.
 */
public final class ForeignNodes {
  /** Attribute with the reason why the operator could not be expressed. */
  public static final String REASON = "nncf_reason";

  private ForeignNodes() {}

  /** A node that stands for an operator as it was. */
  public static Node keep(
      String name,
      OperatorType operator,
      String reason,
      List<String> inputs,
      List<String> outputs) {
    Attributes attributes = Attributes.of(REASON, Attribute.of(reason));
    return new Node(name, operator, attributes, inputs, outputs);
  }

  /** Every such node, in bodies too, in the order of the graph. */
  public static List<Unsupported> list(Graph graph) {
    List<Unsupported> found = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!node.operator().isOnnx() && node.attributes().has(REASON)) {
        found.add(
            new Unsupported(
                node.name(), node.type(), node.stringAttribute(REASON, "it is not known")));
      }
      node.attributes().graphs().forEach(body -> found.addAll(list(body)));
    }
    return found;
  }

  /** A model of canonical operators, and of version 1 of every other domain in the graph. */
  public static Model model(Graph graph, Map<String, String> metadata, String producer) {
    Map<String, Integer> opsets = new TreeMap<>();
    opsets.put("", Model.CANONICAL_OPSET);
    addDomains(graph, opsets);
    return new Model(graph, opsets, metadata, producer);
  }

  private static void addDomains(Graph graph, Map<String, Integer> opsets) {
    for (Node node : graph.nodes()) {
      opsets.putIfAbsent(node.operator().domain(), 1);
      node.attributes().graphs().forEach(body -> addDomains(body, opsets));
    }
  }
}
