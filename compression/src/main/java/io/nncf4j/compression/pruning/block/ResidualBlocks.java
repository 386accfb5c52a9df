package io.nncf4j.compression.pruning.block;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the branches of a graph that can go as a whole:
 *
 * <pre>
 *   x ──► layers ──► branch ──► Add ──►          x ──►
 *   └───────────────────────────▲
 * </pre>
 *
 * <p>A branch reads one computed value, from which the other side of the sum comes too; has a layer
 * with a weight; reaches nothing but the sum; and both sides have the same shape. The other side
 * may itself be computed from {@code x}, such as by a strided shortcut.
 */
public final class ResidualBlocks {
  private final Graph graph;
  private final Map<String, Integer> position = new HashMap<>();

  private ResidualBlocks(Graph graph) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      position.put(node.name(), position.size());
    }
  }

  /**
   * All blocks in graph order, of which some may lie in others.
   *
   * @param model with known types, see {@link io.nncf4j.core.rewrite.Normalization}
   */
  public static List<ResidualBlock> of(Model model) {
    ResidualBlocks search = new ResidualBlocks(model.graph());
    List<ResidualBlock> found = new ArrayList<>();
    for (Node node : model.graph().nodes()) {
      if (node.is("Add") && !model.graph().isOutput(node.output(0))) {
        search.add(node, 0, found);
        search.add(node, 1, found);
      }
    }
    return found;
  }

  private void add(Node sum, int side, List<ResidualBlock> found) {
    String branch = sum.input(side);
    String kept = sum.input(1 - side);
    Shape shape = graph.tensorType(branch).shape();
    if (branch.equals(kept)
        || shape == null
        || !shape.equals(graph.tensorType(kept).shape())
        || graph.constantValue(kept) != null) {
      return;
    }
    List<Node> nodes = onlyFor(sum, branch, kept);
    String source = source(nodes);
    if (source != null && nodes.stream().anyMatch(this::hasWeight) && comesFrom(kept, source)) {
      found.add(
          new ResidualBlock(sum.name(), kept, branch, nodes.stream().map(Node::name).toList()));
    }
  }

  /** Nodes that reach the sum by this side of it and nothing else, in graph order. */
  private List<Node> onlyFor(Node sum, String branch, String kept) {
    Set<String> readers = new HashSet<>(Set.of(sum.name()));
    List<Node> nodes = new ArrayList<>();
    PriorityQueue<Node> last =
        new PriorityQueue<>((one, other) -> place(other) - place(one)); // readers come first
    Set<String> seen = new HashSet<>();
    offer(branch, last, seen);
    while (!last.isEmpty()) {
      Node node = last.remove();
      if (!node.outputs().contains(kept) && isReadOnlyBy(node, readers)) {
        readers.add(node.name());
        nodes.add(0, node);
        node.inputs().forEach(input -> offer(input, last, seen));
      }
    }
    return nodes;
  }

  private int place(Node node) {
    return position.getOrDefault(node.name(), 0);
  }

  private void offer(String value, PriorityQueue<Node> queue, Set<String> seen) {
    Node producer = graph.producer(value);
    if (producer != null && seen.add(producer.name())) {
      queue.add(producer);
    }
  }

  private boolean isReadOnlyBy(Node node, Set<String> readers) {
    return node.attributes().graphs().isEmpty()
        && node.outputs().stream()
            .allMatch(
                output ->
                    !graph.isOutput(output)
                        && graph.consumers(output).stream()
                            .allMatch(reader -> readers.contains(reader.name())));
  }

  /** The one computed value that nodes read from outside, or null. */
  private @Nullable String source(List<Node> nodes) {
    Set<String> made = new HashSet<>();
    nodes.forEach(node -> made.addAll(node.outputs()));
    Set<String> read = new HashSet<>();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!input.isEmpty() && !made.contains(input) && graph.constantValue(input) == null) {
          read.add(input);
        }
      }
    }
    return read.size() == 1 ? read.iterator().next() : null;
  }

  private boolean hasWeight(Node node) {
    return node.is("Conv", "ConvTranspose", "Gemm", "MatMul")
        && node.inputs().stream().anyMatch(input -> graph.constantValue(input) != null);
  }

  /** Whether a value is another one or computed from it. */
  private boolean comesFrom(String value, String source) {
    List<String> open = new ArrayList<>(List.of(value));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (next.equals(source)) {
        return true;
      }
      Node producer = graph.producer(next);
      if (producer != null && seen.add(producer.name())) {
        open.addAll(producer.inputs());
      }
    }
    return false;
  }
}
