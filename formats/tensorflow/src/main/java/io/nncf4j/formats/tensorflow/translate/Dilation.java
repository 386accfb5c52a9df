package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A convolution between SpaceToBatchND and BatchToSpaceND is one with dilation:
 *
 * <pre>
 *   x -> SpaceToBatchND(b, pads) -> Conv2D, VALID -> BatchToSpaceND(b, crops)
 *   x -> Conv2D, dilation b, padding pads - crops
 * </pre>
 *
 * @param lengths of a block: height and width
 * @param pads in the order of ONNX
 */
record Dilation(long[] lengths, long[] pads) {
  private static final Set<String> CONVOLUTIONS = Set.of("Conv2D", "DepthwiseConv2dNative");

  /** The convolution behind a SpaceToBatchND, when it alone stands between it and its inverse. */
  static @Nullable NodeDefinition convolution(NodeContext blocks) {
    Translation translation = blocks.translation();
    NodeDefinition convolution = onlyReader(translation, blocks.node);
    if (convolution == null
        || !CONVOLUTIONS.contains(convolution.operator())
        || !convolution.inputs().get(0).equals(blocks.node.name() + ":0")
        || !convolution.text("padding", "").equals("VALID")
        || !convolution.text("data_format", "NHWC").equals("NHWC")
        || Arrays.stream(convolution.numbers("strides", 0)).anyMatch(each -> each != 1)
        || Arrays.stream(convolution.numbers("dilations", 1)).anyMatch(each -> each != 1)) {
      return null;
    }
    NodeDefinition inverse = onlyReader(translation, convolution);
    return inverse != null && inverse.operator().equals("BatchToSpaceND") ? convolution : null;
  }

  private static @Nullable NodeDefinition onlyReader(Translation translation, NodeDefinition node) {
    List<NodeDefinition> readers = translation.flat().consumers(node.name());
    return readers.size() == 1 && !translation.isOutput(node.name() + ":0") ? readers.get(0) : null;
  }

  /** The form with dilation, or null where blocks differ or more is cropped than was padded. */
  static @Nullable Dilation of(
      Translation translation, NodeDefinition convolution, long[] lengths, long[] margins) {
    NodeDefinition inverse = translation.flat().consumers(convolution.name()).get(0);
    long[] blocks = known(translation, inverse, 1);
    long[] crops = known(translation, inverse, 2);
    if (lengths.length != 2
        || margins.length != 4
        || !Arrays.equals(blocks, lengths)
        || crops == null
        || crops.length != 4) {
      return null;
    }
    long[] pads = new long[4];
    for (int axis = 0; axis < 2; axis++) {
      pads[axis] = margins[2 * axis] - crops[2 * axis];
      pads[axis + 2] = margins[2 * axis + 1] - crops[2 * axis + 1];
    }
    return Arrays.stream(pads).anyMatch(pad -> pad < 0) ? null : new Dilation(lengths, pads);
  }

  private static long @Nullable [] known(Translation translation, NodeDefinition node, int index) {
    if (index >= node.inputs().size() || !translation.has(node.inputs().get(index))) {
      return null;
    }
    Tensor tensor = translation.graph().known(translation.value(node.inputs().get(index)).value());
    return tensor == null ? null : tensor.toLongs();
  }

  /** True for what comes out of a convolution that has the dilation itself. */
  static boolean isDone(NodeContext inverse) {
    String source = FlatGraph.nodeOf(inverse.node.inputs().get(0));
    return inverse.translation().dilation(source) != null;
  }
}
