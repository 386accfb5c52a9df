package io.nncf4j.compression.pruning.block;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import java.util.Collection;

/**
 * Takes branches out of a model: whoever read a sum reads the side of it that is kept.
 *
 * <pre>
 *   Relu ─┬─► layers ─► Add ─► Relu ─►        Relu ─►
 *         └─────────────▲
 * </pre>
 *
 * <p>The result computes what the model would with zeros in place of the branches. A Relu that
 * would follow another one goes too.
 */
public final class RemoveBlocks {
  private RemoveBlocks() {}

  /**
   * @param blocks some of this model, none inside another
   * @throws InputException when a sum is not in the model
   */
  public static Model remove(Model model, Collection<ResidualBlock> blocks) {
    GraphEditor editor = new GraphEditor(model.graph());
    for (ResidualBlock block : blocks) {
      Node sum = model.graph().node(block.sum());
      if (sum == null) {
        throw new InputException("There is no sum \"" + block.sum() + "\" in this model");
      }
      // The kept side may be a sum that has just gone: it is read as it stands now.
      Node now = editor.node(block.sum());
      String kept = now.input(sum.input(0).equals(block.kept()) ? 0 : 1);
      editor.redirect(sum.output(0), kept);
      editor.remove(block.sum());
    }
    Model removed = model.withGraph(editor.removeUnused().build());
    return withoutRepeatedRelu(removed);
  }

  private static Model withoutRepeatedRelu(Model model) {
    GraphEditor editor = new GraphEditor(model.graph());
    for (Node node : model.graph().nodes()) {
      if (node.is("Relu") && !model.graph().isOutput(node.output(0))) {
        Node before = model.graph().producer(node.input(0));
        if (before != null && before.is("Relu")) {
          editor.redirect(node.output(0), editor.node(node.name()).input(0));
          editor.remove(node.name());
        }
      }
    }
    return model.withGraph(editor.build());
  }
}
