package io.nncf4j.compression.training.masks;

import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.quantize.LearnedRange;

/**
 * The model as it has been trained, without its learned quantizers; masks are multiplied in.
 *
 * <pre>
 *   Q(x) -- Conv(Q(W))      becomes      x -- Conv(W)
 * </pre>
 */
public final class FloatGraph {
  private FloatGraph() {}

  public static Model of(Model trained) {
    GraphEditor editor = new GraphEditor(RoundBiases.remove(trained.graph()));
    for (Node node : trained.graph().nodes()) {
      if (LearnedRange.of(node) != null) {
        editor.redirect(node.output(0), node.input(0));
        editor.remove(node.name());
      }
    }
    Model plain = trained.withGraph(editor.removeUnused().build());
    return ShapeInference.infer(StripMasks.apply(plain));
  }
}
