package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the mask of a dropout that keeps everything, which old graphs compute even when they
 * are not trained:
 *
 * <pre>
 *   floor(1 + (uniform * 1 + 0))  =  1    for uniform in [0, 1)
 * </pre>
 */
final class DropoutMask {
  private DropoutMask() {}

  /** True for the Floor of such a mask. */
  static boolean keepsAll(NodeContext floor) {
    Translation translation = floor.translation();
    String sum = other(translation, floor.node.inputs().get(0), "Add", 1);
    String shifted = sum == null ? null : other(translation, sum, "Add", 0);
    String scaled = shifted == null ? null : other(translation, shifted, "Mul", 1);
    NodeDefinition source =
        scaled == null ? null : translation.flat().node(FlatGraph.nodeOf(scaled));
    return source != null && source.operator().equals("RandomUniform");
  }

  /** The operand beside a known scalar of this value, or null. */
  private static @Nullable String other(
      Translation translation, String reference, String operator, double value) {
    NodeDefinition node = translation.flat().node(FlatGraph.nodeOf(reference));
    if (node == null || !node.operator().startsWith(operator) || node.inputs().size() != 2) {
      return null;
    }
    for (int index = 0; index < 2; index++) {
      String operand = node.inputs().get(index);
      Tensor known =
          translation.has(operand)
              ? translation.graph().known(translation.value(operand).value())
              : null;
      if (known != null && known.size() == 1 && known.doubleAt(0) == value) {
        return node.inputs().get(1 - index);
      }
    }
    return null;
  }
}
