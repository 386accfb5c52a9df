package io.nncf4j.benchmarks.quantization;

import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Detection;
import io.nncf4j.data.Sample;
import io.nncf4j.data.metric.BoxDecoder;
import io.nncf4j.data.metric.BoxOutputs;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Outputs of three detectors as boxes, each as its authors decode it; suppression at 0.5. */
enum DetectorBoxes {
  /** Distances as distributions on three levels. */
  NANODET(0.35) {
    @Override
    List<Detection> decode(Map<String, Tensor> outputs, Sample sample, double threshold) {
      BoxOutputs form =
          new BoxOutputs(
              List.of("795", "817", "839"),
              List.of("792", "814", "836"),
              null,
              BoxOutputs.Form.DISTANCES,
              false,
              List.of(8, 16, 32),
              -1,
              threshold,
              OVERLAP);
      return new BoxDecoder(form).decode(outputs, List.of(sample)).get(0);
    }
  },

  /**
   * One grid; 85 channels: objectness, tanh of the centre's offset in cells, sigmoid of the size as
   * a share of the picture, classes. Scores are objectness^0.6 times class^0.4.
   */
  FASTESTDET(0.35) {
    @Override
    List<Detection> decode(Map<String, Tensor> outputs, Sample sample, double threshold) {
      Tensor output = only(outputs.values());
      int height = (int) output.dimension(2);
      int width = (int) output.dimension(3);
      int cells = height * width;
      int classes = (int) output.dimension(1) - 5;
      float[] values = output.toFloats();
      float side = sample.input().dimension(2);
      float[] boxes = new float[4 * cells];
      float[] scores = new float[classes * cells];
      for (int cell = 0; cell < cells; cell++) {
        double centerX = (cell % width + Math.tanh(values[cells + cell])) / width;
        double centerY = (cell / width + Math.tanh(values[2 * cells + cell])) / height;
        double boxWidth = sigmoid(values[3 * cells + cell]);
        double boxHeight = sigmoid(values[4 * cells + cell]);
        put(boxes, cell, side * centerX, side * centerY, side * boxWidth, side * boxHeight);
        for (int index = 0; index < classes; index++) {
          double score = values[(5 + index) * cells + cell];
          scores[cell * classes + index] =
              (float) (Math.pow(values[cell], 0.6) * Math.pow(score, 0.4));
        }
      }
      return corners(boxes, scores, sample, threshold);
    }
  },

  /** Three levels; centre offset and logarithm of the size in strides; √(class · objectness). */
  YUNET(0.6) {
    @Override
    List<Detection> decode(Map<String, Tensor> outputs, Sample sample, double threshold) {
      int[] strides = {8, 16, 32};
      int side = (int) sample.input().dimension(2);
      int count = 0;
      for (int stride : strides) {
        count += (side / stride) * (side / stride);
      }
      float[] boxes = new float[4 * count];
      float[] scores = new float[count];
      int at = 0;
      for (int stride : strides) {
        float[] found = floats(outputs, "bbox_" + stride);
        float[] sure = floats(outputs, "cls_" + stride);
        float[] object = floats(outputs, "obj_" + stride);
        int columns = side / stride;
        for (int cell = 0; cell < sure.length; cell++) {
          put(
              boxes,
              at,
              stride * (cell % columns + found[4 * cell]),
              stride * (cell / columns + found[4 * cell + 1]),
              stride * Math.exp(found[4 * cell + 2]),
              stride * Math.exp(found[4 * cell + 3]));
          scores[at++] = (float) Math.sqrt(sure[cell] * object[cell]);
        }
      }
      return corners(boxes, scores, sample, threshold);
    }
  };

  private static final double OVERLAP = 0.5;

  private final double threshold;

  DetectorBoxes(double threshold) {
    this.threshold = threshold;
  }

  /** The score from which on its authors show boxes. */
  double threshold() {
    return threshold;
  }

  /** Boxes in pixels of the original picture, the surest first. */
  abstract List<Detection> decode(Map<String, Tensor> outputs, Sample sample, double threshold);

  static DetectorBoxes of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static void put(
      float[] boxes, int at, double centerX, double centerY, double width, double height) {
    boxes[4 * at] = (float) centerX;
    boxes[4 * at + 1] = (float) centerY;
    boxes[4 * at + 2] = (float) width;
    boxes[4 * at + 3] = (float) height;
  }

  private static List<Detection> corners(
      float[] boxes, float[] scores, Sample sample, double threshold) {
    int count = boxes.length / 4;
    BoxOutputs form =
        new BoxOutputs(
            List.of("boxes"),
            List.of("scores"),
            null,
            BoxOutputs.Form.CENTER,
            false,
            List.of(),
            -1,
            threshold,
            OVERLAP);
    Map<String, Tensor> outputs =
        Map.of(
            "boxes", Tensor.ofFloats(boxes, 1, count, 4),
            "scores", Tensor.ofFloats(scores, 1, count, scores.length / count));
    return new BoxDecoder(form).decode(outputs, List.of(sample)).get(0);
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }

  private static Tensor only(Collection<Tensor> outputs) {
    return outputs.iterator().next();
  }

  private static float[] floats(Map<String, Tensor> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name), name).toFloats();
  }
}
