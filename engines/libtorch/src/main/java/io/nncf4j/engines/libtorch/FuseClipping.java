package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.ClippedQuantizer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a learned quantizer of a whole tensor do the clipping before it as well: one pass over
 * memory less, forward and backward. Only for the graph that is compiled; the model stays as it is.
 *
 * <pre>
 *   x -- Relu or Clip(0, c) -- Q -- y      becomes      x -- Q that clips -- y
 * </pre>
 */
final class FuseClipping {
  private FuseClipping() {}

  static Model apply(Model model) {
    Graph graph = model.graph();
    GraphEditor editor = new GraphEditor(graph);
    boolean found = false;
    for (Node node : graph.nodes()) {
      LearnedRange range = LearnedRange.of(node);
      Node clip = range == null ? null : graph.producer(node.input(0));
      if (range == null || clip == null || range.gradient() == RangeGradient.NNCF) {
        continue;
      }
      Double ceiling = ceiling(graph, clip);
      boolean isOnlyReader = graph.hasSingleUse(clip.output(0)) && !graph.isOutput(clip.output(0));
      if (ceiling != null && isOnlyReader && isPerTensor(graph, node)) {
        editor.replace(ClippedQuantizer.of(node, clip.input(0), ceiling));
        editor.remove(clip.name());
        found = true;
      }
    }
    return found ? model.withGraph(editor.build()) : model;
  }

  private static boolean isPerTensor(Graph graph, Node node) {
    Tensor high = graph.constantValue(node.input(2));
    return high != null && high.size() == 1;
  }

  /** Upper end of a clipping that begins at 0, or null when the node is none. */
  private static @Nullable Double ceiling(Graph graph, Node node) {
    if (node.is("Relu")) {
      return Double.POSITIVE_INFINITY;
    }
    if (!node.is("Clip") || !node.hasInput(1) || !node.hasInput(2)) {
      return null;
    }
    Tensor low = graph.constantValue(node.input(1));
    Tensor high = graph.constantValue(node.input(2));
    if (low == null || high == null || low.size() != 1 || high.size() != 1) {
      return null;
    }
    return low.doubleAt(0) == 0 && high.doubleAt(0) > 0 ? high.doubleAt(0) : null;
  }
}
