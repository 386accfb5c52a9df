package io.nncf4j.compression.training.masks;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.MaskedWeight;
import io.nncf4j.engines.libtorch.operators.MovementMask;
import java.util.Objects;

/**
 * Multiplies masks into weights and takes them out.
 *
 * <pre>
 *   Conv(MaskedWeight(W, mask))      becomes      Conv(W · mask)
 * </pre>
 */
public final class StripMasks {
  private StripMasks() {}

  public static Model apply(Model trained) {
    Graph graph = trained.graph();
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : graph.nodes()) {
      if (MaskedWeight.is(node) || MovementMask.is(node)) {
        Tensor weight = Objects.requireNonNull(graph.constant(node.input(0)));
        float[] values = weight.toFloats();
        float[] kept = kept(node, graph, weight.shape());
        for (int index = 0; index < values.length; index++) {
          values[index] *= kept[index];
        }
        editor
            .readers(node.output(0))
            .forEach(reader -> editor.redirect(reader, node.output(0), node.input(0)));
        editor.remove(node.name());
        editor.constant(node.input(0), Tensor.ofFloats(values, weight.shape()));
      }
    }
    return trained.withGraph(editor.removeUnused().build());
  }

  private static float[] kept(Node node, Graph graph, long[] shape) {
    if (MovementMask.is(node)) {
      Tensor scores = Objects.requireNonNull(graph.constant(node.input(MovementMask.SCORES)));
      Tensor threshold = Objects.requireNonNull(graph.constant(node.input(MovementMask.THRESHOLD)));
      return MovementMask.kept(
          scores.toFloats(), threshold.floatAt(0), shape, MovementMask.factors(node));
    }
    Tensor mask = Objects.requireNonNull(graph.constant(node.input(MaskedWeight.MASK)));
    return MaskedWeight.isLearned(node) ? ofLogits(mask.toFloats()) : mask.toFloats();
  }

  /** The mask that logits stand for when nothing is random. */
  public static float[] ofLogits(float[] logits) {
    float[] mask = new float[logits.length];
    for (int index = 0; index < mask.length; index++) {
      mask[index] = logits[index] > 0 ? 1 : 0;
    }
    return mask;
  }
}
