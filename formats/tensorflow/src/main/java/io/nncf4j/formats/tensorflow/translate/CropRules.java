package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code CropAndResize}: parts of pictures, brought to one size.
 *
 * <p>Row i of n rows of a box from y1 to y2 of a picture of H rows stands at
 *
 * <pre>
 *   y = y1 (H - 1) + i ((y2 - y1) (H - 1) / (n - 1)),   or (y1 + y2) / 2 (H - 1) for n = 1
 * </pre>
 *
 * <p>between the rows floor(y) and ceil(y); what lies outside of 0 to H - 1 gets the extrapolation
 * value. Columns likewise. Pixels are taken by their number among all pixels of all pictures.
 */
final class CropRules {
  /** Of a crop; the place of each row and column is written down. */
  private static final int LONGEST_SIDE = 1 << 16;

  private CropRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("CropAndResize", CropRules::crop);
  }

  /**
   * Places along one axis, for each box.
   *
   * @param low number of the pixel before, whole, within the picture
   * @param high number of the one behind
   * @param share how far it is from the one to the other; absent where the nearest counts
   * @param inside whether it lies in the picture
   */
  private record Places(String low, String high, @Nullable String share, String inside) {}

  private static void crop(NodeContext node) {
    long[] size = node.integers(3);
    String method = node.node.text("method", "bilinear");
    if (size.length != 2 || !isSide(size[0]) || !isSide(size[1])) {
      throw new InexpressibleNodeException(
          "its size is "
              + java.util.Arrays.toString(size)
              + "; expected a height and a width from 1 to "
              + LONGEST_SIDE);
    }
    if (!method.equals("bilinear") && !method.equals("nearest")) {
      throw new InexpressibleNodeException("its method is " + method);
    }
    boolean nearest = method.equals("nearest");
    String picture = node.cast(node.plain(0), DataType.FLOAT32);
    String boxes = node.plain(1);
    String shape = node.emit("Shape", picture);
    String height = part(node, shape, 1);
    String width = part(node, shape, 2);
    Places rows = places(node, boxes, 0, size[0], height, nearest, 2);
    Places columns = places(node, boxes, 1, size[1], width, nearest, 1);

    String area = node.emit("Mul", height, width);
    String index = node.cast(node.plain(2), DataType.INT64);
    String start = node.emit("Mul", node.emit("Unsqueeze", index, node.ints(1, 2)), area);
    String top = node.emit("Add", start, node.emit("Mul", rows.low(), width));
    String pixels =
        node.emit(
            "Reshape",
            picture,
            node.emit(
                "Concat",
                io.nncf4j.core.graph.Attributes.NONE.with("axis", 0L),
                node.ints(-1),
                node.emit("Reshape", part(node, shape, 3), node.ints(1))));
    String value = pixel(node, pixels, top, columns.low());
    if (rows.share() != null && columns.share() != null) {
      String bottom = node.emit("Add", start, node.emit("Mul", rows.high(), width));
      String upper =
          between(node, value, pixel(node, pixels, top, columns.high()), columns.share());
      String lower =
          between(
              node,
              pixel(node, pixels, bottom, columns.low()),
              pixel(node, pixels, bottom, columns.high()),
              columns.share());
      value = between(node, upper, lower, rows.share());
    }
    String inside = node.emit("And", rows.inside(), columns.inside());
    String outside = node.scalar(DataType.FLOAT32, node.node.real("extrapolation_value", 0));
    node.plainResult(
        node.last("Where", node.emit("Unsqueeze", inside, node.ints(3)), value, outside));
  }

  private static boolean isSide(long length) {
    return length >= 1 && length <= LONGEST_SIDE;
  }

  private static String part(NodeContext node, String shape, long axis) {
    return node.emit("Gather", shape, node.constant(Tensor.scalar(axis)));
  }

  /**
   * @param first column of {@code boxes} with the lower end; the upper is two columns further
   * @param added axis that makes rows and columns meet
   */
  private static Places places(
      NodeContext node,
      String boxes,
      long first,
      long count,
      String length,
      boolean nearest,
      long added) {
    String low = end(node, boxes, first);
    String high = end(node, boxes, first + 2);
    String last =
        node.emit("Sub", node.cast(length, DataType.FLOAT32), node.scalar(DataType.FLOAT32, 1));
    String at;
    if (count > 1) {
      String extent = node.emit("Mul", node.emit("Sub", high, low), last);
      String step = node.emit("Div", extent, node.scalar(DataType.FLOAT32, count - 1d));
      float[] numbers = new float[(int) count];
      for (int index = 0; index < numbers.length; index++) {
        numbers[index] = index;
      }
      String moved =
          node.emit("Mul", step, node.constant(Tensor.ofFloats(numbers, 1, numbers.length)));
      at = node.emit("Add", node.emit("Mul", low, last), moved);
    } else {
      String middle =
          node.emit("Mul", node.emit("Add", low, high), node.scalar(DataType.FLOAT32, 0.5));
      at = node.emit("Mul", middle, last);
    }
    at = node.emit("Unsqueeze", at, node.ints(added));
    String zero = node.scalar(DataType.FLOAT32, 0);
    String inside =
        node.emit("And", node.emit("GreaterOrEqual", at, zero), node.emit("LessOrEqual", at, last));
    if (nearest) {
      // Halves go up; below zero is outside.
      String rounded = node.emit("Floor", node.emit("Add", at, node.scalar(DataType.FLOAT32, 0.5)));
      String place = whole(node, rounded, zero, last);
      return new Places(place, place, null, inside);
    }
    String floor = node.emit("Floor", at);
    return new Places(
        whole(node, floor, zero, last),
        whole(node, node.emit("Ceil", at), zero, last),
        node.emit("Unsqueeze", node.emit("Sub", at, floor), node.ints(3)),
        inside);
  }

  /** One column of the boxes, as a column. */
  private static String end(NodeContext node, String boxes, long column) {
    return node.emit(
        "Slice", boxes, node.ints(column), node.ints(column + 1), node.ints(1), node.ints(1));
  }

  private static String whole(NodeContext node, String at, String zero, String last) {
    return node.cast(node.emit("Clip", at, zero, last), DataType.INT64);
  }

  private static String pixel(NodeContext node, String pixels, String row, String column) {
    return node.emit("Gather", pixels, node.emit("Add", row, column));
  }

  private static String between(NodeContext node, String from, String to, String share) {
    return node.emit("Add", from, node.emit("Mul", node.emit("Sub", to, from), share));
  }
}
