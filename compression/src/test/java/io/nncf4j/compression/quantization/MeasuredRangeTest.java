package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.RangeOptions;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuredRangeTest {
  private final Engine engine = new OnnxRuntimeEngine();

  private CalibratedModel calibrate(CalibrationSamples samples, RangeOptions ranges) {
    return new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
        .calibrate(
            TinyNetwork.model(),
            samples,
            QuantizationParameters.defaults()
                .withRanges(ranges)
                .withCalibration(CalibrationOptions.defaults().withWorkers(1)),
            null);
  }

  /** One picture of many is a thousand times as bright. */
  static CalibrationSamples withOneOutlier() {
    List<Map<String, Tensor>> images = new ArrayList<>(TinyNetwork.images(19));
    float[] bright = images.get(0).get("input").toFloats();
    for (int pixel = 0; pixel < bright.length; pixel++) {
      bright[pixel] *= 1000;
    }
    images.add(Map.of("input", Tensor.ofFloats(bright, images.get(0).get("input").shape())));
    return TinyNetwork.samples(images);
  }

  @Test
  void singleOutliersDoNotDecideTheRange() {
    CalibratedModel measured = calibrate(withOneOutlier(), RangeOptions.defaults());
    assertThat(measured.range()).isNotEqualTo(RangeEstimator.MIN_MAX);
    assertThat(measured.range()).as("asked again").isEqualTo(measured.range());
  }

  private static double distance(Tensor expected, Tensor found) {
    return OutputError.between(Map.of("out", expected), Map.of("out", found));
  }

  @Test
  void anOutputThatIsNoNumberIsFurthestAway() {
    Tensor exact = Tensor.ofFloats(new float[] {3, 4}, 2);
    assertThat(distance(exact, Tensor.ofFloats(new float[] {3, 4}, 2))).isZero();
    assertThat(distance(exact, Tensor.ofFloats(new float[] {3, 9}, 2))).isEqualTo(1);
    assertThat(distance(exact, Tensor.ofFloats(new float[] {Float.NaN, 4}, 2))).isInfinite();
    assertThat(distance(exact, Tensor.ofFloats(new float[] {3, Float.NEGATIVE_INFINITY}, 2)))
        .isInfinite();
    Tensor masked = Tensor.ofFloats(new float[] {Float.NEGATIVE_INFINITY, 4}, 2);
    assertThat(distance(masked, masked)).isZero();
  }

  @Test
  void outputsOfAllTypesCount() {
    Tensor half = Tensor.ofDoubles(DataType.FLOAT16, new double[] {3, 4}, 2);
    assertThat(distance(half, Tensor.ofDoubles(DataType.FLOAT16, new double[] {3, 9}, 2)))
        .isEqualTo(1);
    Tensor classes = Tensor.ofLongs(new long[] {1, 900, 3, 4}, 4);
    assertThat(distance(classes, Tensor.ofLongs(new long[] {1, 7, 3, 4}, 4))).isEqualTo(0.25);
    assertThat(distance(classes, Tensor.ofLongs(new long[] {1, 900, 3}, 3)))
        .as("another number of boxes")
        .isEqualTo(1);
  }

  @Test
  void whatIsAskedForIsNotMeasured() {
    CalibratedModel asked =
        calibrate(
            TinyNetwork.samples(TinyNetwork.images(8)),
            RangeOptions.defaults().withActivations(RangeEstimator.MEAN_MIN_MAX));
    assertThat(asked.range()).isEqualTo(RangeEstimator.MEAN_MIN_MAX);
  }
}
