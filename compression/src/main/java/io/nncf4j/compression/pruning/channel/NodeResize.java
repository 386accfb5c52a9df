package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fits one node to tensors that have become smaller. */
final class NodeResize {
  private final Graph graph;
  private final GraphEditor editor;
  private final KeptChannels kept;
  private final Node original;
  private Node node;

  /**
   * @param graph the graph before
   * @param node the node before
   */
  NodeResize(Graph graph, GraphEditor editor, KeptChannels kept, Node node) {
    this.graph = graph;
    this.editor = editor;
    this.kept = kept;
    this.original = node;
    this.node = node;
  }

  /** The node as it was. */
  Node node() {
    return original;
  }

  /** The node as it has become. */
  Node result() {
    return node;
  }

  /** The constant that input {@code index} held before anything was removed. */
  @Nullable Tensor constant(int index) {
    return original.hasInput(index) ? graph.constantValue(original.input(index)) : null;
  }

  Place input(int index) {
    return Places.input(graph, original, index);
  }

  Place output(int index) {
    return Place.ofValue(original.output(index));
  }

  /** Indices that stay, in order; null when all do. */
  int @Nullable [] kept(Place place, int dimension) {
    return kept.of(place, dimension);
  }

  int rank(Place place) {
    return kept.rank(place);
  }

  /** Length of a dimension before. */
  long lengthBefore(Place place, int dimension) {
    return kept.lengthBefore(place, dimension);
  }

  /** Length of a dimension after, -1 when open. */
  long length(Place place, int dimension) {
    int[] staying = kept(place, dimension);
    return staying == null ? lengthBefore(place, dimension) : staying.length;
  }

  void attribute(String name, long value) {
    node = node.withAttributes(node.attributes().with(name, value));
  }

  void attribute(String name, Attribute value) {
    node = node.withAttributes(node.attributes().with(name, value));
  }

  void dropAttributes(String... names) {
    node = node.withAttributes(node.attributes().without(names));
  }

  /** Cuts a constant where it is read along the places' kept channels. */
  void cut(int index, String constant) {
    node = node.withInput(index, constant);
  }

  /** Gives the node a constant of its own at an input. */
  void constantInput(int index, Tensor tensor) {
    String wish = original.hasInput(index) ? original.input(index) : original.name() + "_" + index;
    node = node.withInput(index, editor.addConstant(wish + "_pruned", tensor));
  }

  /**
   * Corrects a list of lengths that may be computed: entries that changed are set.
   *
   * @param changed new value of each entry; -1 for entries that stay
   */
  void lengthsInput(int index, long[] changed) {
    Tensor constant = constant(index);
    if (constant != null) {
      long[] lengths = constant.toLongs();
      for (int entry = 0; entry < lengths.length; entry++) {
        if (changed[entry] >= 0 && lengths[entry] > 0) {
          lengths[entry] = changed[entry];
        }
      }
      constantInput(index, Tensor.vector(lengths));
      return;
    }
    long[] factors = new long[changed.length];
    long[] summands = new long[changed.length];
    for (int entry = 0; entry < changed.length; entry++) {
      factors[entry] = changed[entry] >= 0 ? 0 : 1;
      summands[entry] = Math.max(0, changed[entry]);
    }
    String computed = original.input(index);
    String masked = binary("Mul", computed, computed + "_open", Tensor.vector(factors));
    node =
        node.withInput(index, binary("Add", masked, computed + "_pruned", Tensor.vector(summands)));
  }

  private String binary(String type, String left, String wish, Tensor right) {
    String constant = editor.addConstant(wish + "_factor", right);
    String output = editor.freshName(wish);
    editor.add(
        Node.onnx(
            editor.freshName(wish + "_node"),
            type,
            Attributes.NONE,
            List.of(left, constant),
            List.of(output)));
    return output;
  }
}
