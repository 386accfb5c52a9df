package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuredRangeTest {
  private final Engine engine = new OnnxRuntimeEngine();

  private CalibratedModel calibrate(List<Map<String, Tensor>> images, RangeEstimator range) {
    return new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
        .calibrate(
            TinyNetwork.model(),
            TinyNetwork.samples(images),
            QuantizationParameters.defaults()
                .withRange(range)
                .withCalibration(CalibrationOptions.defaults().withWorkers(1)),
            null);
  }

  /** One picture of many is a thousand times as bright. */
  private static List<Map<String, Tensor>> withOneOutlier() {
    List<Map<String, Tensor>> images = new ArrayList<>(TinyNetwork.images(19));
    float[] bright = images.get(0).get("input").toFloats();
    for (int pixel = 0; pixel < bright.length; pixel++) {
      bright[pixel] *= 1000;
    }
    images.add(Map.of("input", Tensor.ofFloats(bright, images.get(0).get("input").shape())));
    return images;
  }

  @Test
  void singleOutliersDoNotDecideTheRange() {
    CalibratedModel measured = calibrate(withOneOutlier(), RangeEstimator.MEASURED);
    assertThat(measured.range()).isNotEqualTo(RangeEstimator.MIN_MAX);
    assertThat(measured.range()).as("asked again").isEqualTo(measured.range());
  }

  @Test
  void whatIsAskedForIsNotMeasured() {
    CalibratedModel asked = calibrate(TinyNetwork.images(8), RangeEstimator.MEAN_MIN_MAX);
    assertThat(asked.range()).isEqualTo(RangeEstimator.MEAN_MIN_MAX);
  }
}
