package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The end of a single-shot detector as ONNX operators: boxes from offsets and priors, the best of
 * each class, suppression of overlaps, the best of each picture.
 *
 * <p>The output is [1, 1, boxes, 7] with picture, class, score and corners; a row that begins with
 * -1 stands behind the last box, then zeros.
 */
final class DetectionOutputRule {
  private static final long LARGEST_BATCH = 64;

  private final LayerContext layer;
  private final long classes;
  private final long background;
  private final boolean shared;
  private final long batch;
  private final long priors;

  private DetectionOutputRule(LayerContext layer) {
    this.layer = layer;
    shared = layer.data.flag("share_location", true);
    background = layer.data.integer("background_label_id", 0);
    long[] locations = layer.lengths(0);
    long[] confidences = layer.lengths(1);
    long[] boxes = layer.lengths(2);
    if (locations.length != 2 || confidences.length != 2 || boxes.length != 3) {
      throw new InputException("its inputs should be of 2, 2 and 3 axes");
    }
    long perBox = normalized() ? 4 : 5;
    batch = locations[0];
    priors = boxes[2] / perBox;
    classes =
        layer.data.has("num_classes")
            ? layer.data.integer("num_classes")
            : priors == 0 ? 0 : confidences[1] / priors;
    long places = shared ? 1 : classes;
    if (batch < 1
        || batch > LARGEST_BATCH
        || priors < 1
        || classes < 1
        || confidences[0] != batch
        || confidences[1] != priors * classes
        || locations[1] != priors * places * 4
        || boxes[2] != priors * perBox) {
      throw new InputException(
          "its inputs do not fit each other: " + priors + " boxes, " + classes + " classes");
    }
  }

  static void translate(LayerContext layer) {
    if (layer.hasInput(3)) {
      throw new InexpressibleLayerException("it takes the boxes of a refining stage");
    }
    if (layer.data.flag("decrease_label_id", false)) {
      throw new InexpressibleLayerException("it counts classes as MXNet does");
    }
    new DetectionOutputRule(layer).translate();
  }

  private boolean normalized() {
    return layer.data.flag("normalized", false);
  }

  private void translate() {
    long before = Math.min(priors, positive(layer.data.integer("top_k", -1), priors));
    long[] kept = LongStream.range(0, classes).filter(each -> each != background).toArray();
    long each = positive(layer.data.integers("keep_top_k")[0], before * kept.length);
    String boxes = decoded();
    String scores =
        layer.emit(
            "Transpose",
            Attributes.NONE.with("perm", 0, 2, 1),
            layer.emit("Reshape", layer.input(1), layer.ints(batch, priors, classes)));
    List<String> rows = new ArrayList<>();
    for (long picture = 0; picture < batch; picture++) {
      rows.add(picture(picture, boxes, scores, kept, before, each));
    }
    long total = batch * each;
    DataType type = layer.dataType(0);
    rows.add(layer.constant(Tensor.ofDoubles(type, new double[] {-1, 0, 0, 0, 0, 0, 0}, 1, 7)));
    rows.add(
        layer.constant(Tensor.ofDoubles(type, new double[Math.toIntExact(total * 7)], total, 7)));
    String all =
        layer.emit("Concat", Attributes.NONE.with("axis", 0L), rows.toArray(String[]::new));
    String first = layer.emit("Slice", all, layer.ints(0), layer.ints(total), layer.ints(0));
    layer.finish("Reshape", Attributes.NONE, first, layer.ints(1, 1, total, 7));
  }

  private static long positive(long number, long otherwise) {
    return number > 0 ? number : otherwise;
  }

  /** Corners of all boxes: [batch, places, priors, 4]. */
  private String decoded() {
    long places = shared ? 1 : classes;
    String locations =
        layer.emit(
            "Transpose",
            Attributes.NONE.with("perm", 0, 2, 1, 3),
            layer.emit("Reshape", layer.input(0), layer.ints(batch, priors, places, 4)));
    String prior = prior(0);
    boolean encoded = layer.data.flag("variance_encoded_in_target", false);
    String scaled = encoded ? locations : layer.emit("Mul", locations, prior(1));
    String code = layer.data.word("code_type", "caffe.priorboxparameter.corner");
    String boxes;
    if (code.endsWith("center_size")) {
      boxes = fromCentres(scaled, prior);
    } else if (code.endsWith("corner")) {
      boxes = layer.emit("Add", prior, scaled);
    } else {
      throw new InexpressibleLayerException("its code_type is " + code);
    }
    return layer.data.flag("clip_before_nms", false) ? clipped(boxes) : boxes;
  }

  /** Priors (0) or their variances (1) as [1 or batch, 1, priors, 4]. */
  private String prior(int row) {
    long[] shape = layer.lengths(2);
    if (row >= shape[1]) {
      throw new InputException("its priors have no variances");
    }
    String one =
        layer.emit("Slice", layer.input(2), layer.ints(row), layer.ints(row + 1), layer.ints(1));
    if (normalized()) {
      return layer.emit("Reshape", one, layer.ints(shape[0], 1, priors, 4));
    }
    String five = layer.emit("Reshape", one, layer.ints(shape[0], 1, priors, row == 0 ? 5 : 4));
    if (row == 1) {
      return five;
    }
    String corners = layer.emit("Slice", five, layer.ints(1), layer.ints(5), layer.ints(3));
    float width = layer.data.number("input_width", 1);
    float height = layer.data.number("input_height", 1);
    return layer.emit(
        "Div",
        corners,
        layer.constant(Tensor.ofFloats(new float[] {width, height, width, height}, 4)));
  }

  private String fromCentres(String offsets, String prior) {
    Attributes last = Attributes.NONE.with("axis", -1L).with("num_outputs", 2L);
    List<String> corners = layer.emit("Split", last, 2, prior);
    List<String> parts = layer.emit("Split", last, 2, offsets);
    String size = layer.emit("Sub", corners.get(1), corners.get(0));
    String half = layer.scalarLike(0, 0.5);
    String centre = layer.emit("Mul", layer.emit("Add", corners.get(0), corners.get(1)), half);
    String movedCentre = layer.emit("Add", centre, layer.emit("Mul", parts.get(0), size));
    String newSize = layer.emit("Mul", layer.emit("Exp", parts.get(1)), size);
    String halfSize = layer.emit("Mul", newSize, half);
    return layer.emit(
        "Concat",
        Attributes.NONE.with("axis", -1L),
        layer.emit("Sub", movedCentre, halfSize),
        layer.emit("Add", movedCentre, halfSize));
  }

  private String clipped(String boxes) {
    return layer.emit("Clip", boxes, layer.scalarLike(0, 0), layer.scalarLike(0, 1));
  }

  /** Rows of one picture, at most {@code each}, by class and falling score. */
  private String picture(
      long picture, String allBoxes, String allScores, long[] kept, long before, long each) {
    String scores = layer.emit("Gather", slice(allScores, picture), layer.ints(kept));
    String boxes = slice(allBoxes, picture);
    boxes =
        shared
            ? layer.emit("Expand", boxes, layer.ints(kept.length, priors, 4))
            : layer.emit("Gather", boxes, layer.ints(kept));
    // The best of each class before any overlap is looked at; classes are batches from here on.
    List<String> best =
        layer.emit("TopK", Attributes.NONE.with("axis", 1L), 2, scores, layer.ints(before));
    String places = layer.emit("Unsqueeze", best.get(1), layer.ints(-1));
    String bestBoxes =
        layer.emit(
            "GatherElements",
            Attributes.NONE.with("axis", 1L),
            boxes,
            layer.emit("Expand", places, layer.ints(kept.length, before, 4)));
    String chosen =
        layer.emit(
            "NonMaxSuppression",
            bestBoxes,
            layer.emit("Unsqueeze", best.get(0), layer.ints(1)),
            layer.ints(before),
            number("nms_threshold", 0),
            number("confidence_threshold", -Float.MAX_VALUE));
    String where = layer.emit("Gather", Attributes.NONE.with("axis", 1L), chosen, layer.ints(0, 2));
    String chosenScores = layer.emit("GatherND", best.get(0), where);
    String order = bestInOrder(chosenScores, each);
    where = layer.emit("Gather", where, order);
    String corners = layer.emit("GatherND", bestBoxes, where);
    if (layer.data.flag("clip_after_nms", false)) {
      corners = clipped(corners);
    }
    return rows(picture, where, layer.emit("Gather", chosenScores, order), corners, kept);
  }

  private String slice(String value, long picture) {
    return layer.emit("Gather", value, layer.constant(Tensor.scalar(picture)));
  }

  private String number(String name, float absent) {
    return layer.constant(NormalizationRules.repeated(layer.data.number(name, absent), 1));
  }

  /** Places of the best scores, in the order in which they stand, which is by class. */
  private String bestInOrder(String scores, long each) {
    String count = layer.emit("Min", layer.emit("Shape", scores), layer.ints(each));
    List<String> best = layer.emit("TopK", Attributes.NONE.with("axis", 0L), 2, scores, count);
    List<String> sorted =
        layer.emit(
            "TopK", Attributes.NONE.with("axis", 0L).with("largest", 0L), 2, best.get(1), count);
    return sorted.get(0);
  }

  private String rows(long picture, String where, String scores, String corners, long[] kept) {
    DataType type = layer.dataType(0);
    double[] names = LongStream.of(kept).asDoubleStream().toArray();
    String labels =
        layer.emit(
            "Gather",
            layer.constant(Tensor.ofDoubles(type, names, names.length)),
            layer.emit("Gather", Attributes.NONE.with("axis", 1L), where, layer.ints(0)));
    String column = layer.emit("Unsqueeze", scores, layer.ints(-1));
    String zero = layer.emit("Mul", column, layer.scalar(type, 0));
    String number = layer.emit("Add", zero, layer.scalar(type, picture));
    return layer.emit("Concat", Attributes.NONE.with("axis", 1L), number, labels, column, corners);
  }
}
