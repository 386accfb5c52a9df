package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code Proposal} as ONNX operators: where objects may be, from scores and offsets of boxes at
 * each place of a feature map.
 *
 * <p>Each picture gives {@code post_nms_topn} rows of picture and corners; a row that begins with
 * -1 stands behind the last box, then zeros. Boxes whose ends are pixels overlap here from a
 * distance below one pixel on, in OpenVINO only where they share one.
 */
final class ProposalRule {
  private static final long LARGEST_BATCH = 64;

  /** Of the sides of a feature map. */
  private static final long LONGEST = 1 << 14;

  private static final Attributes LAST = Attributes.NONE.with("axis", -1L);

  private final LayerContext layer;
  private final long batch;
  private final long kinds;
  private final long rows;
  private final long columns;
  private final long before;
  private final long after;
  private final boolean tensorFlow;

  private ProposalRule(LayerContext layer) {
    this.layer = layer;
    long[] scores = layer.lengths(0);
    long[] offsets = layer.lengths(1);
    if (scores.length != 4 || offsets.length != 4 || offsets[1] != 2 * scores[1]) {
      throw new InputException("its inputs should have four axes, and two scores for four offsets");
    }
    batch = scores[0];
    kinds = scores[1] / 2;
    rows = scores[2];
    columns = scores[3];
    after = layer.data.integer("post_nms_topn");
    tensorFlow = ProposalAnchors.isTensorFlow(layer);
    if (kinds < 1
        || Math.max(kinds, Math.max(rows, columns)) > LONGEST
        || Math.min(rows, columns) < 1) {
      throw new InputException(
          "it has " + kinds + " boxes for each place of " + rows + " x " + columns);
    }
    before = Math.min(kinds * rows * columns, layer.data.integer("pre_nms_topn"));
    if (before < 1 || layer.lengths(2).length < 1) {
      throw new InputException("it looks at " + before + " boxes, or its third input is no list");
    }
    if (batch < 1 || batch > LARGEST_BATCH || after < 1 || after > 100_000) {
      throw new InputException("it gives " + after + " boxes for each of " + batch + " pictures");
    }
  }

  static void translate(LayerContext layer) {
    new ProposalRule(layer).translate();
  }

  private void translate() {
    ProposalAnchors anchors =
        ProposalAnchors.of(layer, Math.toIntExact(rows), Math.toIntExact(columns));
    if (anchors.low().dimension(0) != kinds * rows * columns) {
      throw new InputException(
          "its ratios and scales make other than " + kinds + " boxes for each place");
    }
    String shape = layer.emit("Reshape", real(layer.input(2), layer.dataType(2)), layer.ints(-1));
    String limit = layer.emit("Gather", shape, tensorFlow ? layer.ints(0, 1) : layer.ints(1, 0));
    String[] ends = boxes(anchors, limit);
    String scores = scores(ends, shape, anchors.offset());
    String boxes = layer.emit("Concat", LAST, ends);
    List<String> found = new ArrayList<>();
    List<String> probabilities = new ArrayList<>();
    for (long picture = 0; picture < batch; picture++) {
      picture(picture, boxes, scores, limit, anchors.offset(), found, probabilities);
    }
    finish(0, found);
    if (layer.layer().outputs().size() > 1) {
      finish(1, probabilities);
    }
  }

  private void finish(int output, List<String> parts) {
    String all =
        parts.size() == 1
            ? parts.get(0)
            : layer.emit("Concat", Attributes.NONE.with("axis", 0L), parts.toArray(String[]::new));
    DataType type = layer.dataType(0);
    layer.bind(output, type == DataType.FLOAT32 ? all : ShapeRules.cast(layer, all, type));
  }

  private String real(String value, DataType type) {
    return type == DataType.FLOAT32 ? value : ShapeRules.cast(layer, value, DataType.FLOAT32);
  }

  private String number(double value) {
    return layer.scalar(DataType.FLOAT32, value);
  }

  /** Lower and upper ends of all boxes, each [batch, boxes, 2]. */
  private String[] boxes(ProposalAnchors anchors, String limit) {
    String low = layer.constant(anchors.low());
    String high = layer.constant(anchors.high());
    if (tensorFlow) {
      low = within(low, limit);
      high = within(high, limit);
    }
    String offset = number(anchors.offset());
    String half = number(0.5);
    String size = layer.emit("Add", layer.emit("Sub", high, low), offset);
    String centre = layer.emit("Add", low, layer.emit("Mul", half, size));
    String turned =
        layer.emit(
            "Transpose",
            Attributes.NONE.with("perm", 0, 3, 4, 1, 2),
            layer.emit(
                "Reshape",
                real(layer.input(1), layer.dataType(1)),
                layer.ints(batch, kinds, 4, rows, columns)));
    String given = layer.emit("Reshape", turned, layer.ints(batch, -1, 4));
    List<String> parts = layer.emit("Split", LAST.with("num_outputs", 2L), 2, given);
    String moved = scaled(parts.get(0), "box_coordinate_scale");
    String grown = scaled(parts.get(1), "box_size_scale");
    String newCentre = layer.emit("Add", layer.emit("Mul", moved, size), centre);
    String newHalf = layer.emit("Mul", half, layer.emit("Mul", layer.emit("Exp", grown), size));
    String[] ends = {layer.emit("Sub", newCentre, newHalf), layer.emit("Add", newCentre, newHalf)};
    if (layer.data.flag("clip_before_nms", true)) {
      String last = layer.emit("Sub", limit, offset);
      ends[0] = within(ends[0], last);
      ends[1] = within(ends[1], last);
    }
    return ends;
  }

  private String scaled(String value, String attribute) {
    float scale = layer.data.number(attribute, 1);
    return scale == 1 ? value : layer.emit("Div", value, number(scale));
  }

  private String within(String value, String limit) {
    return layer.emit("Max", layer.emit("Min", value, limit), number(0));
  }

  /** Scores of all boxes, [batch, boxes]; those that are too small have 0. */
  private String scores(String[] ends, String shape, float offset) {
    long[] last = {batch, 2 * kinds, rows, columns};
    String front =
        layer.emit(
            "Slice",
            real(layer.input(0), layer.dataType(0)),
            layer.ints(kinds),
            layer.ints(last[1]),
            layer.ints(1));
    String scores =
        layer.emit(
            "Reshape",
            layer.emit("Transpose", Attributes.NONE.with("perm", 0, 2, 3, 1), front),
            layer.ints(batch, -1));
    // Three numbers: one scale for both lengths; four: of the height and of the width.
    boolean both = layer.lengths(2)[layer.rank(2) - 1] < 4;
    String scale = layer.emit("Gather", shape, both ? layer.ints(2, 2) : layer.ints(3, 2));
    String least = layer.emit("Mul", scale, number(layer.data.integer("min_size")));
    String size = layer.emit("Add", layer.emit("Sub", ends[1], ends[0]), number(offset));
    String large =
        ShapeRules.cast(layer, layer.emit("GreaterOrEqual", size, least), DataType.FLOAT32);
    String allowed =
        layer.emit("ReduceMin", Attributes.NONE.with("keepdims", 0L), large, layer.ints(-1));
    return layer.emit("Mul", scores, allowed);
  }

  private void picture(
      long picture,
      String allBoxes,
      String allScores,
      String limit,
      float offset,
      List<String> found,
      List<String> probabilities) {
    List<String> best =
        layer.emit(
            "TopK",
            Attributes.NONE.with("axis", 0L),
            2,
            one(allScores, picture),
            layer.ints(before));
    String boxes = layer.emit("Gather", one(allBoxes, picture), best.get(1));
    String index = kept(boxes, before, offset);
    String chosen = layer.emit("Gather", boxes, index);
    String corners = layer.emit("Concat", Attributes.NONE.with("axis", 0L), limit, limit);
    if (layer.data.flag("clip_after_nms", false)) {
      chosen = within(chosen, corners);
    }
    if (layer.data.flag("normalize", false)) {
      chosen = layer.emit("Div", chosen, corners);
    }
    Attributes pad = Attributes.NONE.with("mode", "constant");
    String numbered = layer.emit("Pad", pad, chosen, layer.ints(0, 1, 0, 0), number(picture));
    Tensor end = Tensor.ofFloats(new float[] {-1, 0, 0, 0, 0}, 1, 5);
    found.add(filled(numbered, layer.constant(end), 5));
    probabilities.add(filled(layer.emit("Gather", best.get(0), index), null, 1));
  }

  private String one(String all, long picture) {
    return layer.emit("Gather", all, layer.constant(Tensor.scalar(picture)));
  }

  /** Which of the sorted boxes stay, in their order. */
  private String kept(String boxes, long count, float offset) {
    List<String> ends = layer.emit("Split", LAST.with("num_outputs", 2L), 2, boxes);
    String wide =
        layer.emit("Concat", LAST, ends.get(0), layer.emit("Add", ends.get(1), number(offset)));
    float[] order = new float[Math.toIntExact(count)];
    for (int place = 0; place < order.length; place++) {
      order[place] = order.length - place;
    }
    String chosen =
        layer.emit(
            "NonMaxSuppression",
            layer.emit("Unsqueeze", wide, layer.ints(0)),
            layer.constant(Tensor.ofFloats(order, 1, 1, count)),
            layer.ints(after),
            layer.constant(Tensor.ofFloats(new float[] {layer.data.number("nms_thresh", 0)}, 1)));
    return layer.emit(
        "Gather", Attributes.NONE.with("axis", 1L), chosen, layer.constant(Tensor.scalar(2L)));
  }

  /** The first rows, behind them {@code end} and zeros. */
  private String filled(String found, @Nullable String end, int width) {
    float[] nothing = new float[Math.toIntExact(after * width)];
    String zeros =
        layer.constant(
            width == 1 ? Tensor.ofFloats(nothing, after) : Tensor.ofFloats(nothing, after, width));
    Attributes rowsAfterEachOther = Attributes.NONE.with("axis", 0L);
    String all =
        end == null
            ? layer.emit("Concat", rowsAfterEachOther, found, zeros)
            : layer.emit("Concat", rowsAfterEachOther, found, end, zeros);
    return layer.emit("Slice", all, layer.ints(0), layer.ints(after), layer.ints(0));
  }
}
