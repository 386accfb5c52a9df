package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parts of transformers that stay in float: the product of attention weights with values, and the
 * angles of rotary position embeddings (Su et al. 2021).
 */
final class AttentionParts {
  private static final String[] MOVING = {
    "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Identity", "Cast", "Dropout", "Concat"
  };

  private AttentionParts() {}

  /**
   * @param products whether the products with attention weights are among them
   */
  static Set<Node> find(Graph graph, boolean products) {
    Set<Node> found = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (node.is("MatMul")
          && (products && comesFromSoftmax(graph, node.input(0)) || leadsToAngles(graph, node))) {
        found.add(node);
      }
    }
    return found;
  }

  private static boolean comesFromSoftmax(Graph graph, String value) {
    Node producer = graph.producer(value);
    while (producer != null && producer.is(MOVING)) {
      producer = graph.producer(producer.input(0));
    }
    return producer != null && producer.is("Softmax");
  }

  private static boolean leadsToAngles(Graph graph, Node product) {
    Node reader = onlyReader(graph, product);
    while (reader != null && reader.is(MOVING)) {
      Set<Node> readers = new LinkedHashSet<>(graph.consumers(reader.output(0)));
      if (!readers.isEmpty() && readers.stream().allMatch(node -> node.is("Sin", "Cos"))) {
        return true;
      }
      reader = onlyReader(graph, reader);
    }
    return false;
  }

  private static @Nullable Node onlyReader(Graph graph, Node node) {
    Set<Node> readers = new LinkedHashSet<>(graph.consumers(node.output(0)));
    return readers.size() == 1 ? readers.iterator().next() : null;
  }
}
