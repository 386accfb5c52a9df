package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Convolutions; a constant bias behind one becomes its own. */
final class ConvolutionRules {
  private ConvolutionRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("Conv2D", node -> convolve(node, 2));
    rules.put("Conv3D", node -> convolve(node, 3));
    rules.put("DepthwiseConv2dNative", ConvolutionRules::depthwise);
    rules.put("Conv2DBackpropInput", ConvolutionRules::transposed);
  }

  private static void convolve(NodeContext node, int spatial) {
    long[] order = new long[spatial + 2];
    order[0] = spatial + 1;
    order[1] = spatial;
    for (int axis = 0; axis < spatial; axis++) {
      order[axis + 2] = axis;
    }
    String weights = node.translation().transposed(node.plain(1), order);
    String input = node.picture(0);
    long channels = node.length(input, 1);
    long own = node.length(weights, 1);
    // Fewer channels in the weights than in the picture mean groups.
    long groups = channels > 0 && own > 0 && channels % own == 0 ? channels / own : 1;
    finish(node, input, weights, groups, spatial);
  }

  private static void depthwise(NodeContext node) {
    String given = node.plain(1);
    long[] shape = node.shape(given).isStatic() ? node.shape(given).toArray() : new long[0];
    Tensor known = node.translation().graph().known(given);
    if (shape.length != 4) {
      throw new InexpressibleNodeException("the shape of its weights is not known");
    }
    long outputs = shape[2] * shape[3];
    String weights;
    if (known != null) {
      Tensor moved = Transposition.of(known, 2, 3, 0, 1).reshape(outputs, 1, shape[0], shape[1]);
      weights = node.translation().graph().constant(given + "/channels_first", moved);
    } else {
      String moved = node.emit("Transpose", Attributes.NONE.with("perm", 2L, 3L, 0L, 1L), given);
      weights = node.emit("Reshape", moved, node.ints(outputs, 1, shape[0], shape[1]));
    }
    finish(node, node.picture(0), weights, shape[2], 2);
  }

  private static void finish(
      NodeContext node, String input, String weights, long groups, int spatial) {
    long[] strides = node.spatial(node.node.numbers("strides"));
    long[] ones = new long[spatial + 2];
    Arrays.fill(ones, 1);
    long[] dilations = node.spatial(node.node.numbers("dilations", ones));
    if (strides.length != spatial || dilations.length != spatial) {
      throw new InexpressibleNodeException("its strides or dilations have another rank");
    }
    long[] kernel = new long[spatial];
    for (int axis = 0; axis < spatial; axis++) {
      kernel[axis] = node.length(weights, axis + 2);
    }
    Dilation dilation = node.translation().dilation(node.node.name());
    Attributes attributes =
        Attributes.NONE
            .with("strides", strides)
            .with("dilations", dilation == null ? dilations : dilation.lengths())
            .with("group", groups);
    attributes =
        dilation == null
            ? Padding.add(node, attributes, input, kernel, strides, dilations)
            : attributes.with("pads", dilation.pads());
    result(node, "Conv", attributes, input, weights, node.length(weights, 0));
  }

  private static void result(
      NodeContext node,
      String type,
      Attributes attributes,
      String input,
      String weights,
      long channels) {
    @Nullable NodeDefinition adder = node.onlyBias();
    String bias = adder == null ? null : node.biasOf(adder, channels);
    List<String> read = new ArrayList<>(List.of(input, weights));
    if (bias != null) {
      read.add(bias);
    }
    String value = node.last(type, attributes, read.toArray(new String[0]));
    node.pictureResult(value);
    if (adder != null && bias != null) {
      node.absorb(
          adder, node.isChannelsFirst() ? LaidOut.plain(value) : LaidOut.channelsFirst(value));
    }
  }

  /** The gradient of a convolution: the padding is what the forward one would have had. */
  private static void transposed(NodeContext node) {
    String weights = node.translation().transposed(node.plain(1), 3, 2, 0, 1);
    String input = node.picture(2);
    long[] strides = node.spatial(node.node.numbers("strides"));
    long[] dilations = node.spatial(node.node.numbers("dilations", 1, 1, 1, 1));
    long[] wanted = node.translation().graph().elements(node.plain(0));
    long[] lengths = wanted == null || wanted.length != 4 ? new long[2] : node.spatial(wanted);
    boolean same = node.node.text("padding", "VALID").equals("SAME");
    if (strides.length != 2 || dilations.length != 2) {
      throw new InexpressibleNodeException("its strides or dilations have another rank");
    }
    if (node.node.text("padding", "").equals("EXPLICIT")) {
      throw new InexpressibleNodeException("its padding is explicit");
    }
    long[] pads = new long[4];
    long[] extra = new long[2];
    for (int axis = 0; axis < 2; axis++) {
      long kernel = (node.length(weights, axis + 2) - 1) * dilations[axis] + 1;
      long length = node.length(input, axis + 2);
      // Lengths that are not known are taken as the usual ones: stride times, or what is covered.
      long full = (length < 1 ? 1 : length) - 1;
      long covered = full * strides[axis] + kernel;
      boolean known = length > 0 && wanted != null && wanted.length == 4 && lengths[axis] > 0;
      long target = known ? lengths[axis] : same ? (full + 1) * strides[axis] : covered;
      long total = same ? Math.max(0, covered - target) : 0;
      pads[axis] = total / 2;
      pads[axis + 2] = total - total / 2;
      extra[axis] = target - (covered - total);
      if (extra[axis] < 0 || extra[axis] >= Math.max(1, strides[axis])) {
        throw new InexpressibleNodeException("it is to have the length " + target);
      }
    }
    Attributes attributes = Attributes.NONE.with("strides", strides).with("pads", pads);
    if (dilations[0] != 1 || dilations[1] != 1) {
      attributes = attributes.with("dilations", dilations);
    }
    if (extra[0] != 0 || extra[1] != 0) {
      attributes = attributes.with("output_padding", extra);
    }
    result(node, "ConvTranspose", attributes, input, weights, node.length(weights, 1));
  }
}
