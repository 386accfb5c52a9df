package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;

/**
 * {@code PSROIPooling} that averages: bin (i, j) of output channel c is the mean of what lies
 * within it in input channel (c n + i) n + j, for n x n bins of each box; the other mode is {@link
 * InterpolatedPooling}.
 *
 * <pre>
 *   from round(x1) s to (round(x2) + 1) s;   bin i: floor(from + i width / n) to ceil(from + (i + 1) width / n)
 * </pre>
 *
 * <p>Sums come from one table of sums from the corner on, in double precision; an empty bin gives
 * 0.
 */
final class PositionSensitivePooling {
  /** The number of each is written down. */
  static final long MOST_CHANNELS = 1 << 20;

  private final LayerContext layer;
  private final long channels;
  private final long bins;
  private final long height;
  private final long width;
  private final long inputs;

  private PositionSensitivePooling(LayerContext layer) {
    this.layer = layer;
    long[] shape = layer.lengths(0);
    channels = layer.data.integer("output_dim");
    bins = layer.data.integer("group_size", 1);
    if (shape.length != 4
        || shape[1] > MOST_CHANNELS
        || bins < 1
        || channels < 1
        || channels > shape[1]
        || bins > shape[1]
        || channels * bins * bins != shape[1]) {
      throw new InputException(
          "its input should have " + bins + " x " + bins + " channels for each of " + channels);
    }
    inputs = shape[1];
    height = shape[2];
    width = shape[3];
  }

  static void translate(LayerContext layer) {
    String mode = layer.data.word("mode", "average");
    if (mode.equals("bilinear")) {
      InterpolatedPooling.translate(layer);
      return;
    }
    if (!mode.equals("average")) {
      throw new InexpressibleLayerException("its mode is " + mode);
    }
    new PositionSensitivePooling(layer).translate();
  }

  /** First and behind-last place of each bin of each box, as real numbers [boxes, bins]. */
  private record Ends(String from, String to) {}

  private void translate() {
    String boxes = layer.input(1);
    boxes =
        layer.dataType(1) == DataType.FLOAT32
            ? boxes
            : ShapeRules.cast(layer, boxes, DataType.FLOAT32);
    Ends columns = ends(column(boxes, 1), column(boxes, 3), width);
    Ends rows = ends(column(boxes, 2), column(boxes, 4), height);
    String picture = whole(layer.emit("Unsqueeze", column(boxes, 0), layer.ints(2, 3)));
    String start =
        layer.emit(
            "Mul",
            layer.emit(
                "Add",
                layer.emit("Mul", picture, layer.constant(Tensor.scalar(inputs))),
                layer.constant(
                    Tensor.vector(java.util.stream.LongStream.range(0, inputs).toArray())
                        .reshape(1, channels, bins, bins))),
            layer.constant(Tensor.scalar((height + 1) * (width + 1))));
    String table = table();
    String total =
        layer.emit(
            "Add",
            layer.emit(
                "Sub",
                sum(table, start, rows.to(), columns.to()),
                sum(table, start, rows.from(), columns.to())),
            layer.emit(
                "Sub",
                sum(table, start, rows.from(), columns.from()),
                sum(table, start, rows.to(), columns.from())));
    String area =
        layer.emit(
            "Mul",
            layer.emit("Unsqueeze", length(rows), layer.ints(1, 3)),
            layer.emit("Unsqueeze", length(columns), layer.ints(1, 2)));
    String zero = layer.scalar(DataType.FLOAT64, 0);
    String filled = layer.emit("Greater", area, zero);
    String divisor = layer.emit("Max", area, layer.scalar(DataType.FLOAT64, 1));
    String mean = layer.emit("Where", filled, layer.emit("Div", total, divisor), zero);
    layer.bind(0, ShapeRules.cast(layer, mean, layer.dataType(0)));
  }

  private String number(double value) {
    return layer.scalar(DataType.FLOAT32, value);
  }

  private String whole(String value) {
    return ShapeRules.cast(layer, value, DataType.INT64);
  }

  private String column(String boxes, long index) {
    return layer.emit("Slice", boxes, layer.ints(index), layer.ints(index + 1), layer.ints(1));
  }

  /** To the nearest number, halves away from zero. */
  private String rounded(String value) {
    String size = layer.emit("Floor", layer.emit("Add", layer.emit("Abs", value), number(0.5)));
    return layer.emit("Mul", layer.emit("Sign", value), size);
  }

  private Ends ends(String low, String high, long length) {
    String scale = number(layer.data.number("spatial_scale", 1));
    String from = layer.emit("Mul", rounded(low), scale);
    String to = layer.emit("Mul", layer.emit("Add", rounded(high), number(1)), scale);
    String bin = layer.emit("Div", layer.emit("Sub", to, from), number(bins));
    float[] numbers = new float[Math.toIntExact(bins)];
    float[] next = new float[numbers.length];
    for (int index = 0; index < numbers.length; index++) {
      numbers[index] = index;
      next[index] = index + 1f;
    }
    String begin = layer.emit("Floor", place(from, bin, numbers));
    String end = layer.emit("Ceil", place(from, bin, next));
    return new Ends(
        layer.emit("Clip", begin, number(0), number(length - 1d)),
        layer.emit("Clip", end, number(0), number(length)));
  }

  private String place(String from, String bin, float[] numbers) {
    String steps = layer.constant(Tensor.ofFloats(numbers, 1, numbers.length));
    return layer.emit("Add", from, layer.emit("Mul", steps, bin));
  }

  private String length(Ends ends) {
    String difference = layer.emit("Max", layer.emit("Sub", ends.to(), ends.from()), number(0));
    return ShapeRules.cast(layer, difference, DataType.FLOAT64);
  }

  /** Sums of all that lies above and left of each corner, one behind the other. */
  private String table() {
    String real = ShapeRules.cast(layer, layer.input(0), DataType.FLOAT64);
    String down = layer.emit("CumSum", real, layer.constant(Tensor.scalar(2L)));
    String sums = layer.emit("CumSum", down, layer.constant(Tensor.scalar(3L)));
    String framed =
        layer.emit(
            "Pad",
            Attributes.NONE.with("mode", "constant"),
            sums,
            layer.ints(0, 0, 1, 1, 0, 0, 0, 0));
    return layer.emit("Reshape", framed, layer.ints(-1));
  }

  private String sum(String table, String start, String row, String column) {
    String line =
        layer.emit(
            "Mul",
            layer.emit("Unsqueeze", whole(row), layer.ints(1, 3)),
            layer.constant(Tensor.scalar(width + 1)));
    String index =
        layer.emit("Add", line, layer.emit("Unsqueeze", whole(column), layer.ints(1, 2)));
    return layer.emit("Gather", table, layer.emit("Add", start, index));
  }
}
