package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.util.Map;

/**
 * Prior boxes of single-shot detectors, computed while reading: they depend on lengths alone.
 *
 * <p>W. Liu et al., "SSD: Single Shot MultiBox Detector", 2016; the numbers are those of OpenVINO's
 * specification of PriorBox and PriorBoxClustered.
 */
final class PriorBoxRules {
  /** More boxes than any detector has; a damaged file may ask for anything. */
  private static final long MAXIMUM_NUMBERS = 1L << 24;

  private PriorBoxRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("PriorBoxClustered", PriorBoxRules::clustered);
    rules.put("PriorBox", PriorBoxRules::priorBox);
  }

  /** Height and width of the grid (input 0) or of the picture (input 1). */
  private static long[] size(LayerContext layer, int index) {
    if (layer.isLegacy()) {
      long[] lengths = layer.lengths(index);
      if (lengths.length != 4) {
        throw new InputException("its input " + index + " should have four axes");
      }
      return new long[] {lengths[2], lengths[3]};
    }
    Tensor size = layer.constant(index);
    if (size.size() != 2) {
      throw new InputException("its input " + index + " should be height and width, found " + size);
    }
    return size.toLongs();
  }

  private static void finish(LayerContext layer, PriorBoxes boxes) {
    Tensor numbers = boxes.build();
    int each = numbers.size() / 2;
    Tensor shaped = layer.isLegacy() ? numbers.reshape(1, 2, each) : numbers.reshape(2, each);
    layer.bind(0, layer.constant(shaped));
  }

  private static PriorBoxes boxes(LayerContext layer, long[] grid, long perCell) {
    if (grid[0] < 1
        || grid[1] < 1
        || perCell < 1
        || grid[0] > MAXIMUM_NUMBERS
        || grid[1] > MAXIMUM_NUMBERS
        || perCell > MAXIMUM_NUMBERS
        || grid[0] * grid[1] > MAXIMUM_NUMBERS
        || grid[0] * grid[1] * perCell > MAXIMUM_NUMBERS / 8) {
      throw new InputException(
          "it asks for " + perCell + " boxes on a grid of " + grid[0] + " x " + grid[1]);
    }
    return new PriorBoxes(
        (int) (grid[0] * grid[1] * perCell),
        layer.data.numbers("variance"),
        layer.data.flag("clip", false));
  }

  private static void clustered(LayerContext layer) {
    long[] grid = size(layer, 0);
    long[] picture = size(layer, 1);
    float[] widths = layer.data.numbers("width");
    float[] heights = layer.data.numbers("height");
    if (widths.length != heights.length) {
      throw new InputException(
          "it has " + widths.length + " widths and " + heights.length + " heights");
    }
    float step = layer.data.number("step", 0);
    float stepWidth = layer.data.number("step_w", step);
    float stepHeight = layer.data.number("step_h", step);
    stepWidth = stepWidth == 0 ? (float) picture[1] / grid[1] : stepWidth;
    stepHeight = stepHeight == 0 ? (float) picture[0] / grid[0] : stepHeight;
    float offset = layer.data.number("offset", 0);
    PriorBoxes boxes = boxes(layer, grid, widths.length);
    boxes.picture(picture[1], picture[0]);
    for (int row = 0; row < grid[0]; row++) {
      for (int column = 0; column < grid[1]; column++) {
        float x = (column + offset) * stepWidth;
        float y = (row + offset) * stepHeight;
        for (int prior = 0; prior < widths.length; prior++) {
          boxes.add(x, y, widths[prior] / 2, heights[prior] / 2);
        }
      }
    }
    finish(layer, boxes);
  }

  private static void priorBox(LayerContext layer) {
    long[] grid = size(layer, 0);
    long[] picture = size(layer, 1);
    PriorBoxShapes shapes = PriorBoxShapes.of(layer, grid[0]);
    PriorBoxes boxes = boxes(layer, grid, shapes.count());
    boxes.picture(picture[1], picture[0]);
    float step = shapes.step();
    float offset = layer.data.number("offset", 0.5f);
    for (int row = 0; row < grid[0]; row++) {
      for (int column = 0; column < grid[1]; column++) {
        float x = step == 0 ? (column + 0.5f) * picture[1] / grid[1] : (column + offset) * step;
        float y = step == 0 ? (row + 0.5f) * picture[0] / grid[0] : (row + offset) * step;
        shapes.addAt(boxes, x, y);
      }
    }
    finish(layer, boxes);
  }
}
