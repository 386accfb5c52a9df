package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Picking and placing elements by index, and choosing among boxes. */
final class IndexingNodes {
  private IndexingNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("Gather", IndexingNodes::gather);
    rules.put(
        "GatherElements",
        node ->
            node.finish(
                "GatherElements",
                6,
                Map.of("axis", Long.toString(node.node().intAttribute("axis", 0))),
                node.input(0),
                node.input(1)));
    rules.put(
        "GatherND",
        node ->
            node.finish(
                "GatherND",
                8,
                Map.of("batch_dims", Long.toString(node.node().intAttribute("batch_dims", 0))),
                node.input(0),
                node.input(1)));
    rules.put("ScatterND", IndexingNodes::scatterNd);
    rules.put("ScatterElements", IndexingNodes::scatterElements);
    rules.put("Slice", IndexingNodes::slice);
    rules.put("OneHot", IndexingNodes::oneHot);
    rules.put(
        "NonZero", node -> node.finish("NonZero", 3, Map.of("output_type", "i64"), node.input(0)));
    rules.put("ReverseSequence", IndexingNodes::reverseSequence);
    rules.put("NonMaxSuppression", IndexingNodes::nonMaxSuppression);
    rules.put("RoiAlign", IndexingNodes::regionAlign);
  }

  private static void gather(NodeContext node) {
    node.finish(
        "Gather",
        8,
        Map.of("batch_dims", "0"),
        node.input(0),
        node.input(1),
        node.integer(node.node().intAttribute("axis", 0)));
  }

  private static String reduction(NodeContext node) {
    String reduction = node.node().stringAttribute("reduction", "none");
    return switch (reduction) {
      case "add" -> "sum";
      case "mul" -> "prod";
      default -> reduction;
    };
  }

  private static void scatterNd(NodeContext node) {
    String reduction = reduction(node);
    boolean plain = reduction.equals("none");
    node.finish(
        "ScatterNDUpdate",
        plain ? 3 : 15,
        plain ? Map.of() : Map.of("reduction", reduction),
        node.inputs());
  }

  private static void scatterElements(NodeContext node) {
    String reduction = reduction(node);
    Out axis = node.integer(node.node().intAttribute("axis", 0));
    List<Out> read = List.of(node.input(0), node.input(1), node.input(2), axis);
    if (reduction.equals("none")) {
      node.finish("ScatterElementsUpdate", 3, Map.of(), read);
    } else {
      node.finish(
          "ScatterElementsUpdate",
          12,
          Map.of("reduction", reduction, "use_init_val", "true"),
          read);
    }
  }

  private static void slice(NodeContext node) {
    Tensor starts = node.constantOrNull(1);
    long count = starts != null ? starts.size() : node.shape(1).get(0).lengthOrMinusOne();
    if (count < 0) {
      throw new InexpressibleNodeException("the number of its axes is not known");
    }
    Out steps =
        node.hasInput(4)
            ? node.input(4)
            : node.ints(LongStream.generate(() -> 1).limit(count).toArray());
    Out axes = node.hasInput(3) ? node.input(3) : node.ints(LongStream.range(0, count).toArray());
    node.finish("Slice", 8, Map.of(), node.input(0), node.input(1), node.input(2), steps, axes);
  }

  private static void oneHot(NodeContext node) {
    Tensor values = node.constantOrNull(2);
    Tensor depth = node.constantOrNull(1);
    if (values == null || depth == null || !node.dataType(0).isInteger()) {
      throw new InexpressibleNodeException("its depth or values are computed while running");
    }
    double[] both = values.toDoubles();
    // ONNX counts negative indices from the end, OpenVINO makes a row of off values of them.
    Out indices = node.input(0);
    TensorType type = indices.type();
    DataType whole = node.dataType(0);
    Out negative =
        node.binary("Less", indices, node.scalar(whole, 0), type.withDataType(DataType.BOOL));
    Out counted = node.binary("Add", indices, node.scalar(whole, depth.longAt(0)), type);
    Map<String, String> numpy = Map.of("auto_broadcast", "numpy");
    node.finish(
        "OneHot",
        1,
        Map.of("axis", Long.toString(node.node().intAttribute("axis", -1))),
        node.emit("Select", 1, numpy, type, negative, counted, indices),
        node.integer(depth.longAt(0)),
        node.scalar(values.dataType(), both[1]),
        node.scalar(values.dataType(), both[0]));
  }

  private static void reverseSequence(NodeContext node) {
    node.finish(
        "ReverseSequence",
        1,
        Map.of(
            "batch_axis", Long.toString(node.node().intAttribute("batch_axis", 1)),
            "seq_axis", Long.toString(node.node().intAttribute("time_axis", 0))),
        node.input(0),
        node.input(1));
  }

  private static void nonMaxSuppression(NodeContext node) {
    TensorType type = node.outputType(0);
    DataType real = node.dataType(1);
    List<Out> made =
        node.emitAll(
            "NonMaxSuppression",
            9,
            Map.of(
                "box_encoding",
                    node.node().intAttribute("center_point_box", 0) != 0 ? "center" : "corner",
                "sort_result_descending", "false",
                "output_type", "i64"),
            List.of(type, type.withDataType(real), TensorType.of(DataType.INT64, 1)),
            node.input(0),
            node.input(1),
            number(node, 2, DataType.INT64, 0),
            number(node, 3, DataType.FLOAT32, 0),
            number(node, 4, DataType.FLOAT32, -Float.MAX_VALUE));
    node.bind(0, made.get(0));
  }

  private static Out number(NodeContext node, int index, DataType type, double absent) {
    if (!node.hasInput(index)) {
      return node.scalar(type, absent);
    }
    Tensor known = node.constantOrNull(index);
    return known != null ? node.constant(known.reshape()) : node.reshape(node.input(index));
  }

  private static void regionAlign(NodeContext node) {
    String mode = node.node().stringAttribute("coordinate_transformation_mode", "half_pixel");
    String aligned = mode.equals("half_pixel") ? "half_pixel_for_nn" : "asymmetric";
    node.finish(
        "ROIAlign",
        9,
        Map.of(
            "pooled_h", Long.toString(node.node().intAttribute("output_height", 1)),
            "pooled_w", Long.toString(node.node().intAttribute("output_width", 1)),
            "sampling_ratio", Long.toString(node.node().intAttribute("sampling_ratio", 0)),
            "spatial_scale", ArithmeticNodes.number(node.node().floatAttribute("spatial_scale", 1)),
            "mode", node.node().stringAttribute("mode", "avg"),
            "aligned_mode", aligned),
        node.inputs());
  }
}
