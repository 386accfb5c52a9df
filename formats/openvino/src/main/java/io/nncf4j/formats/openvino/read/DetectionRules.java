package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import java.util.List;
import java.util.Map;

/** Choosing among boxes, and pooling within them. */
final class DetectionRules {
  private DetectionRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("NonMaxSuppression", DetectionRules::nonMaxSuppression);
    rules.put("DetectionOutput", DetectionOutputRule::translate);
    rules.put("ROIAlign", DetectionRules::regionAlign);
    rules.put("ROIPooling", DetectionRules::regionPooling);
    rules.put("RegionYolo", DetectionRules::regionYolo);
    rules.put("ReorgYolo", DetectionRules::reorganize);
    rules.put("Proposal", ProposalRule::translate);
    rules.put("PSROIPooling", PositionSensitivePooling::translate);
  }

  /** Versions up to 4 fill their outputs up with -1; here they end with the last box. */
  private static void nonMaxSuppression(LayerContext layer) {
    int version = layer.layer().opsetNumber();
    if (version >= 5 && layer.hasInput(5) && layer.numberInput(5, 0) != 0) {
      throw new InexpressibleLayerException("it lowers scores instead of dropping boxes");
    }
    Attributes attributes =
        Attributes.NONE.with(
            "center_point_box",
            layer.data.word("box_encoding", "corner").equals("center") ? 1L : 0L);
    String chosen =
        layer.emit(
            "NonMaxSuppression",
            attributes,
            layer.input(0),
            layer.input(1),
            layer.hasInput(2)
                ? layer.emit("Reshape", ShapeRules.int64(layer, 2), layer.ints(1))
                : "",
            threshold(layer, 3),
            threshold(layer, 4));
    String scores = layer.emit("GatherND", layer.input(1), chosen);
    if (layer.data.flag("sort_result_descending", true)) {
      String count = layer.emit("Shape", scores);
      List<String> sorted = layer.emit("TopK", Attributes.NONE.with("axis", 0L), 2, scores, count);
      scores = sorted.get(0);
      chosen = layer.emit("Gather", Attributes.NONE.with("axis", 0L), chosen, sorted.get(1));
    }
    boolean wide = layer.data.word("output_type", "i64").equals("i64");
    layer.bind(0, wide ? chosen : ShapeRules.cast(layer, chosen, DataType.INT32));
    if (version >= 5 && layer.layer().outputs().size() > 1) {
      bindScores(layer, chosen, scores, wide);
    }
  }

  private static void bindScores(LayerContext layer, String chosen, String scores, boolean wide) {
    // Rows of batch, class and score.
    String where =
        layer.emit("Slice", chosen, layer.ints(0), layer.ints(2), layer.ints(1), layer.ints(1));
    String real = ShapeRules.cast(layer, where, layer.dataType(1));
    String column = layer.emit("Unsqueeze", scores, layer.ints(-1));
    layer.bind(1, layer.emit("Concat", Attributes.NONE.with("axis", 1L), real, column));
    if (layer.layer().outputs().size() > 2) {
      String count = layer.emit("Shape", scores);
      layer.bind(2, wide ? count : ShapeRules.cast(layer, count, DataType.INT32));
    }
  }

  private static String threshold(LayerContext layer, int index) {
    if (!layer.hasInput(index)) {
      return layer.constant(NormalizationRules.repeated(0, 1));
    }
    return layer.constantOrNull(index) != null
        ? layer.constant(NormalizationRules.repeated(layer.numberInput(index, 0), 1))
        : layer.emit("Reshape", layer.input(index), layer.ints(1));
  }

  private static void regionAlign(LayerContext layer) {
    String aligned = layer.data.word("aligned_mode", "asymmetric");
    if (!aligned.equals("asymmetric") && !aligned.equals("half_pixel_for_nn")) {
      throw new InexpressibleLayerException("its aligned_mode is " + aligned);
    }
    layer.finish(
        "RoiAlign",
        Attributes.NONE
            .with("output_height", layer.data.integer("pooled_h"))
            .with("output_width", layer.data.integer("pooled_w"))
            .with("sampling_ratio", layer.data.integer("sampling_ratio", 0))
            .with("spatial_scale", layer.data.number("spatial_scale", 1))
            .with("mode", layer.data.word("mode", "avg"))
            .with(
                "coordinate_transformation_mode",
                aligned.equals("asymmetric") ? "output_half_pixel" : "half_pixel"),
        layer.input(0),
        layer.input(1),
        ShapeRules.int64(layer, 2));
  }

  private static void regionPooling(LayerContext layer) {
    if (!layer.data.word("method", "max").equals("max")) {
      throw new InexpressibleLayerException("it pools by interpolation");
    }
    layer.finish(
        "MaxRoiPool",
        Attributes.NONE
            .with(
                "pooled_shape",
                layer.data.integer("pooled_h", layer.data.integer("pooled_height", 1)),
                layer.data.integer("pooled_w", layer.data.integer("pooled_width", 1)))
            .with("spatial_scale", layer.data.number("spatial_scale", 1)),
        layer.input(0),
        layer.input(1));
  }

  /** Position and objectness become probabilities, classes by themselves or among each other. */
  private static void regionYolo(LayerContext layer) {
    long[] shape = layer.lengths(0);
    if (shape.length != 4) {
      throw new InputException("its input should have four axes");
    }
    boolean softmax = layer.data.flag("do_softmax", true);
    long classes = layer.data.integer("classes");
    long coordinates = layer.data.integer("coords", 4);
    long regions = softmax ? layer.data.integer("num") : layer.data.integers("mask").length;
    long each = classes + coordinates + 1;
    if (regions < 1 || classes < 1 || coordinates < 2 || regions * each != shape[1]) {
      throw new InputException("its " + regions + " regions do not fill " + shape[1] + " channels");
    }
    String split =
        layer.emit(
            "Reshape", layer.input(0), layer.ints(shape[0], regions, each, shape[2], shape[3]));
    List<String> parts =
        layer.emit(
            "Split",
            Attributes.NONE.with("axis", 2L),
            4,
            split,
            layer.ints(2, coordinates - 2, 1, classes));
    String position = layer.emit("Sigmoid", parts.get(0));
    String object = layer.emit("Sigmoid", parts.get(2));
    String kind =
        softmax
            ? layer.emit("Softmax", Attributes.NONE.with("axis", 2L), parts.get(3))
            : layer.emit("Sigmoid", parts.get(3));
    String joined =
        layer.emit(
            "Concat", Attributes.NONE.with("axis", 2L), position, parts.get(1), object, kind);
    long[] result = shape;
    if (softmax) {
      int from = LayerContext.axis(layer.data.integer("axis", 1), 4);
      int to = LayerContext.axis(layer.data.integer("end_axis", 3), 4);
      result = LegacyRules.flattened(shape, from, to);
    }
    layer.finish("Reshape", Attributes.NONE, joined, layer.ints(result));
  }

  /**
   * Darknet's move of space into depth: it takes the elements as they lie in memory for a picture
   * of fewer channels and longer sides.
   */
  private static void reorganize(LayerContext layer) {
    long[] shape = layer.lengths(0);
    long stride = layer.data.integer("stride");
    long block = stride * stride;
    if (shape.length != 4
        || stride < 1
        || stride > 1024
        || shape[1] % block != 0
        || shape[2] % stride != 0
        || shape[3] % stride != 0) {
      throw new InputException("its input cannot be parted by a stride of " + stride);
    }
    String wide =
        layer.emit(
            "Reshape",
            layer.input(0),
            layer.ints(shape[0], shape[1] / block, shape[2] * stride, shape[3] * stride));
    String deep = layer.emit("SpaceToDepth", Attributes.NONE.with("blocksize", stride), wide);
    layer.finish(
        "Reshape",
        Attributes.NONE,
        deep,
        layer.ints(shape[0], shape[1] * block, shape[2] / stride, shape[3] / stride));
  }
}
