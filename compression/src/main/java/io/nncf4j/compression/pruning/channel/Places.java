package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds where the inputs of nodes stand, and their lengths. */
final class Places {
  private Places() {}

  static Place input(Graph graph, Node node, int index) {
    String value = node.input(index);
    return graph.constants().containsKey(value)
        ? Place.ofConstant(value, node.name(), index)
        : Place.ofValue(value);
  }

  /** Lengths of the dimensions, -1 for open ones; null when even the rank is not known. */
  static long @Nullable [] lengths(Graph graph, String value) {
    Shape shape = graph.tensorType(value).shape();
    if (shape == null) {
      return null;
    }
    long[] lengths = new long[shape.rank()];
    Arrays.setAll(lengths, dimension -> shape.get(dimension).lengthOrMinusOne());
    return lengths;
  }
}
