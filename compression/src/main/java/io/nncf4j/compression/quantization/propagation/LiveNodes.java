package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The nodes that carry values computed from the model's inputs. Left out are constant sub-graphs
 * and arithmetic on shapes: what depends on an input only through Shape or Size is no activation.
 */
final class LiveNodes {
  private final Set<String> values = new HashSet<>();
  private final Set<String> nodes = new LinkedHashSet<>();

  LiveNodes(Graph graph) {
    for (Value input : graph.inputs()) {
      values.add(input.name());
    }
    for (Node node : graph.nodes()) {
      if (!node.is("Shape", "Size")
          && (node.inputs().stream().anyMatch(values::contains)
              || OperatorTraits.isEmbedding(graph, node) && node.is("Gather"))) {
        nodes.add(node.name());
        values.addAll(node.outputs());
      }
    }
    values.remove("");
  }

  boolean isLive(Node node) {
    return nodes.contains(node.name());
  }

  boolean isLive(String value) {
    return values.contains(value);
  }
}
