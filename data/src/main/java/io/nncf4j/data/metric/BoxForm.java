package io.nncf4j.data.metric;

import io.nncf4j.core.InputException;
import io.nncf4j.data.Box;
import io.nncf4j.data.Sample;

/** Turns the numbers of one row into a box in pixels of the model's input. */
@FunctionalInterface
interface BoxForm {
  /**
   * @param row position among the boxes of the level
   */
  Box box(float[] numbers, int row);

  /**
   * @param numbers how many numbers a row has
   * @param stride pixels between grid points, for distances
   */
  static BoxForm of(BoxOutputs outputs, int numbers, int stride, Sample sample) {
    // Pictures have up to four channels, first or last.
    long[] shape = sample.input().shape();
    if (shape.length != 3) {
      throw new InputException(
          "Boxes are found in pictures with channels, height and width; the input is "
              + sample.input());
    }
    int first = shape[0] <= 4 ? 1 : 0;
    double width = outputs.fractions() ? shape[first + 1] : 1;
    double height = outputs.fractions() ? shape[first] : 1;
    return switch (outputs.form()) {
      case CORNERS ->
          (row, at) ->
              Box.ofCorners(row[0] * width, row[1] * height, row[2] * width, row[3] * height);
      case CENTER ->
          (row, at) ->
              new Box(
                  (row[0] - row[2] / 2) * width,
                  (row[1] - row[3] / 2) * height,
                  row[2] * width,
                  row[3] * height);
      case DISTANCES -> distances(numbers / 4, stride, (int) shape[first + 1]);
    };
  }

  private static BoxForm distances(int bins, int stride, int inputWidth) {
    int columns = (inputWidth + stride - 1) / stride;
    return (row, at) -> {
      double x = (at % columns + 0.5) * stride;
      double y = (at / columns + 0.5) * stride;
      return Box.ofCorners(
          x - stride * expected(row, 0, bins),
          y - stride * expected(row, bins, bins),
          x + stride * expected(row, 2 * bins, bins),
          y + stride * expected(row, 3 * bins, bins));
    };
  }

  /** Mean of 0, 1, 2, … under the softmax of the logits. */
  private static double expected(float[] logits, int from, int bins) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int bin = 0; bin < bins; bin++) {
      highest = Math.max(highest, logits[from + bin]);
    }
    double total = 0;
    double sum = 0;
    for (int bin = 0; bin < bins; bin++) {
      double weight = Math.exp(logits[from + bin] - highest);
      total += weight;
      sum += bin * weight;
    }
    return sum / total;
  }
}
