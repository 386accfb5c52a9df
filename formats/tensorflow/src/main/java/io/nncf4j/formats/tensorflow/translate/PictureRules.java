package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Pooling, resizing, and moving between space and depth. */
final class PictureRules {
  private PictureRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put(
        "MaxPool",
        node -> pool(node, "MaxPool", node.node.numbers("ksize"), node.node.numbers("strides")));
    rules.put("MaxPoolV2", node -> pool(node, "MaxPool", node.integers(1), node.integers(2)));
    rules.put(
        "AvgPool",
        node ->
            pool(node, "AveragePool", node.node.numbers("ksize"), node.node.numbers("strides")));
    rules.put("ResizeBilinear", node -> resize(node, "linear"));
    rules.put("ResizeNearestNeighbor", node -> resize(node, "nearest"));
    rules.put("DepthToSpace", node -> blocks(node, "DepthToSpace"));
    rules.put("SpaceToDepth", node -> blocks(node, "SpaceToDepth"));
    rules.put("LRN", PictureRules::localResponse);
  }

  private static void pool(NodeContext node, String type, long[] window, long[] steps) {
    String input = node.picture(0);
    long[] kernel = node.spatial(window);
    long[] strides = node.spatial(steps);
    long[] ones = new long[kernel.length];
    Arrays.fill(ones, 1);
    if (strides.length != kernel.length || Arrays.stream(kernel).anyMatch(each -> each < 1)) {
      throw new InexpressibleNodeException("its window or its strides cannot be");
    }
    Attributes attributes = Attributes.NONE.with("kernel_shape", kernel).with("strides", strides);
    attributes = Padding.add(node, attributes, input, kernel, strides, ones);
    node.pictureResult(node.last(type, attributes, input));
  }

  private static void resize(NodeContext node, String mode) {
    String input = node.channelsFirst(0);
    boolean aligned = node.node.flag("align_corners", false);
    boolean half = node.node.flag("half_pixel_centers", false);
    Attributes attributes =
        Attributes.NONE
            .with("mode", mode)
            .with("axes", 2L, 3L)
            .with(
                "coordinate_transformation_mode",
                aligned ? "align_corners" : half ? "half_pixel" : "asymmetric");
    if (mode.equals("nearest")) {
      attributes = attributes.with("nearest_mode", aligned || half ? "round_prefer_ceil" : "floor");
    }
    Tensor known = node.knownOrNull(1);
    String sizes =
        known != null ? node.ints(known.toLongs()) : node.cast(node.plain(1), DataType.INT64);
    node.result(LaidOut.channelsFirst(node.last("Resize", attributes, input, "", "", sizes)));
  }

  private static void blocks(NodeContext node, String type) {
    Attributes attributes = Attributes.NONE.with("blocksize", node.node.number("block_size", 1));
    if (type.equals("DepthToSpace")) {
      attributes = attributes.with("mode", "DCR");
    }
    node.pictureResult(node.last(type, attributes, node.picture(0)));
  }

  private static void localResponse(NodeContext node) {
    long size = 2 * node.node.number("depth_radius", 5) + 1;
    Attributes attributes =
        Attributes.NONE
            .with("size", size)
            .with("alpha", node.node.real("alpha", 1) * size)
            .with("beta", node.node.real("beta", 0.5f))
            .with("bias", node.node.real("bias", 1));
    node.result(LaidOut.channelsFirst(node.last("LRN", attributes, node.channelsFirst(0))));
  }
}
