package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Detectors quantized without hints give what they give in float, on real pictures. */
class DetectorsTest {
  private static final int CALIBRATION = 12;
  private static final int TESTED = 6;

  private final Engine engine = new OnnxRuntimeEngine();
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.99|nanodet-m-416|coco128/images|width: 416, height: 416|BGR|1|[103.53, 116.28, 123.675]|[57.375, 57.12, 58.395]",
        "0.98|fastestdet-352|coco128/images|width: 352, height: 352|BGR|0.00392156862745098|0|1",
        "0.99|ultraface-rfb-320|faces|width: 320, height: 240|RGB|1|127|128",
        "0.99|ultraface-rfb-320-without-postprocessing|faces|width: 320, height: 240|RGB|1|127|128",
        "0.99|yunet_n_320_320|faces|width: 320, height: 320|BGR|1|0|1",
        "0.99|yunet_n_dynamic|faces|width: 320, height: 320|BGR|1|0|1",
      })
  void outputsPointWhereTheyDidInFloat(
      double least,
      String name,
      String images,
      String size,
      String color,
      String scale,
      String mean,
      String deviation)
      throws IOException {
    Model model = ModelFiles.read(SharedFiles.data("models/detection/" + name + ".onnx"));
    String description =
        String.join(
            "\n",
            "images: '" + SharedFiles.data(images) + "'",
            "input:",
            "  resize: {" + size + ", mode: stretch}",
            "  color: " + color,
            "  scale: " + scale,
            "  mean: " + mean,
            "  std: " + deviation,
            "  layout: NCHW",
            "");
    Path yaml = Files.writeString(folder.resolve("data.yaml"), description);
    try (SampleSource source = DatasetDescription.read(yaml).open()) {
      PostTrainingQuantization.Result result =
          new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
              .quantize(
                  model,
                  CalibrationSamples.of(source.first(CALIBRATION), model),
                  QuantizationParameters.defaults());
      int[] rest = IntStream.range(CALIBRATION, CALIBRATION + TESTED).toArray();
      Map<String, Double> similarity =
          similarity(model, result.model(), CalibrationSamples.of(source.select(rest), model));
      assertThat(similarity)
          .allSatisfy((output, cosine) -> assertThat(cosine).isGreaterThan(least));
    }
  }

  /** The cosine of each output over all samples together. */
  private Map<String, Double> similarity(Model before, Model after, CalibrationSamples samples) {
    Map<String, double[]> sums = new LinkedHashMap<>();
    CalibrationSamples.Pass pass = samples.begin();
    try (Session exact = engine.compile(before, SessionOptions.defaults());
        Session quantized = engine.compile(after, SessionOptions.defaults())) {
      for (int sample = 0; sample < samples.size(); sample++) {
        Map<String, Tensor> inputs =
            pass.next((type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape)))
                .tensors();
        Map<String, Tensor> expected = exact.run(inputs);
        quantized
            .run(inputs)
            .forEach(
                (output, found) ->
                    add(
                        sums.computeIfAbsent(output, key -> new double[3]),
                        expected.get(output).toFloats(),
                        found.toFloats()));
      }
    }
    Map<String, Double> cosines = new LinkedHashMap<>();
    sums.forEach((output, sum) -> cosines.put(output, sum[0] / Math.sqrt(sum[1] * sum[2])));
    return cosines;
  }

  private static void add(double[] sums, float[] one, float[] other) {
    for (int index = 0; index < one.length; index++) {
      sums[0] += (double) one[index] * other[index];
      sums[1] += (double) one[index] * one[index];
      sums[2] += (double) other[index] * other[index];
    }
  }
}
