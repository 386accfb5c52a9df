package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.stream.LongStream;

/**
 * {@code PSROIPooling} that interpolates: each box is parted into bins, each bin has input channels
 * of its own and is looked at in n x n points between pixels; an output point is the mean over
 * bins.
 *
 * <pre>
 *   bin of width w from b on:   x = (b + j w / (n - 1)) (W - 1),   or (b + w / 2) (W - 1) for n = 1
 * </pre>
 *
 * <p>Boxes are parts of the picture. A point at or behind W counts as zero.
 */
final class InterpolatedPooling {
  private final LayerContext layer;
  private final long channels;
  private final long points;
  private final long[] bins;
  private final long[] shape;

  private InterpolatedPooling(LayerContext layer) {
    this.layer = layer;
    shape = layer.lengths(0);
    channels = layer.data.integer("output_dim");
    points = layer.data.integer("group_size", 1);
    bins =
        new long[] {
          layer.data.integer("spatial_bins_y", 1), layer.data.integer("spatial_bins_x", 1)
        };
    boolean possible = shape.length == 4 && shape[1] <= PositionSensitivePooling.MOST_CHANNELS;
    possible = possible && points > 0 && points < 1024 && channels > 0;
    possible = possible && bins[0] > 0 && bins[1] > 0 && bins[0] <= shape[1] && bins[1] <= shape[1];
    if (!possible || channels > shape[1] || channels * bins[0] * bins[1] != shape[1]) {
      throw new InputException(
          "its input should have " + channels + " channels for each of its spatial bins");
    }
  }

  static void translate(LayerContext layer) {
    new InterpolatedPooling(layer).translate();
  }

  /**
   * Places [boxes, bins, points] between two pixels, unsqueezed to meet those of the other axis.
   */
  private record Places(String low, String high, String share, String inside) {}

  private void translate() {
    DataType type = layer.dataType(0);
    String boxes = layer.input(1);
    boxes =
        layer.dataType(1) == DataType.FLOAT32
            ? boxes
            : ShapeRules.cast(layer, boxes, DataType.FLOAT32);
    Places rows = places(boxes, 0);
    Places columns = places(boxes, 1);
    long[] numbers = LongStream.range(0, shape[1]).toArray();
    String channel =
        layer.constant(Tensor.vector(numbers).reshape(1, bins[0], bins[1], channels, 1, 1));
    String picture = layer.emit("Unsqueeze", whole(column(boxes, 0)), layer.ints(2, 3, 4, 5));
    String start =
        layer.emit(
            "Mul",
            layer.emit("Add", layer.emit("Mul", picture, integer(shape[1])), channel),
            integer(shape[2] * shape[3]));
    String real =
        type == DataType.FLOAT32
            ? layer.input(0)
            : ShapeRules.cast(layer, layer.input(0), DataType.FLOAT32);
    String pixels = layer.emit("Reshape", real, layer.ints(-1));
    String upper = line(pixels, start, rows.low(), columns);
    String lower = line(pixels, start, rows.high(), columns);
    String value = between(upper, lower, rows.share());
    String inside = layer.emit("And", rows.inside(), columns.inside());
    String counted = layer.emit("Where", inside, value, number(0));
    String mean =
        layer.emit("ReduceMean", Attributes.NONE.with("keepdims", 0L), counted, layer.ints(1, 2));
    layer.bind(0, type == DataType.FLOAT32 ? mean : ShapeRules.cast(layer, mean, type));
  }

  private String number(double value) {
    return layer.scalar(DataType.FLOAT32, value);
  }

  private String integer(long value) {
    return layer.constant(Tensor.scalar(value));
  }

  private String whole(String value) {
    return ShapeRules.cast(layer, value, DataType.INT64);
  }

  private String column(String boxes, long index) {
    return layer.emit("Slice", boxes, layer.ints(index), layer.ints(index + 1), layer.ints(1));
  }

  /**
   * @param axis 0 for rows, 1 for columns
   */
  private Places places(String boxes, int axis) {
    long length = shape[2 + axis];
    String scale = number(layer.data.number("spatial_scale", 1));
    String from = layer.emit("Mul", column(boxes, 2 - axis), scale);
    String to = layer.emit("Mul", column(boxes, 4 - axis), scale);
    String width = layer.emit("Div", layer.emit("Sub", to, from), number(bins[axis]));
    String begin = layer.emit("Add", from, layer.emit("Mul", counted(bins[axis], 1), width));
    String last = number(length - 1d);
    String first = layer.emit("Unsqueeze", layer.emit("Mul", begin, last), layer.ints(2));
    String at;
    if (points > 1) {
      String step = layer.emit("Div", layer.emit("Mul", width, last), number(points - 1d));
      String moved =
          layer.emit("Mul", layer.emit("Unsqueeze", step, layer.ints(2)), counted(points, 2));
      at = layer.emit("Add", moved, first);
    } else {
      String half = layer.emit("Mul", layer.emit("Mul", width, last), number(0.5));
      at = layer.emit("Add", first, layer.emit("Unsqueeze", half, layer.ints(2)));
    }
    at = layer.emit("Unsqueeze", at, axis == 0 ? layer.ints(2, 3, 5) : layer.ints(1, 3, 4));
    String floor = layer.emit("Floor", at);
    return new Places(
        pixel(floor, last),
        pixel(layer.emit("Ceil", at), last),
        layer.emit("Sub", at, floor),
        layer.emit("Less", at, number(length)));
  }

  private String counted(long count, int rank) {
    float[] numbers = new float[Math.toIntExact(count)];
    for (int index = 0; index < numbers.length; index++) {
      numbers[index] = index;
    }
    long[] lengths = new long[rank + 1];
    java.util.Arrays.fill(lengths, 1);
    lengths[rank] = count;
    return layer.constant(Tensor.ofFloats(numbers, lengths));
  }

  private String pixel(String at, String last) {
    return whole(layer.emit("Clip", at, number(0), last));
  }

  private String line(String pixels, String start, String row, Places columns) {
    String line = layer.emit("Add", start, layer.emit("Mul", row, integer(shape[3])));
    String left = layer.emit("Gather", pixels, layer.emit("Add", line, columns.low()));
    String right = layer.emit("Gather", pixels, layer.emit("Add", line, columns.high()));
    return between(left, right, columns.share());
  }

  private String between(String from, String to, String share) {
    return layer.emit("Add", from, layer.emit("Mul", layer.emit("Sub", to, from), share));
  }
}
