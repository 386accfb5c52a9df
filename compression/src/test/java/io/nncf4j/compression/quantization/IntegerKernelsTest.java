package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.SharedFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX Runtime makes integer kernels of all that quantized classifiers compute. */
class IntegerKernelsTest {
  private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "mobilenet_v2_1.0_224, imagenet-500/mobilenet.yaml, 53",
    "mobilenet_v1_0.25_224, imagenet-500/mobilenet.yaml, 28",
    "squeezenet1.1, imagenet-500/squeezenet.yaml, 26",
    "resnet20-cifar10, cifar10/test.yaml, 19",
    "resnet56-cifar10, cifar10/test.yaml, 55",
  })
  void everyConvolutionRunsOnIntegers(String name, String data, int convolutions) {
    Model model = ModelFiles.read(SharedFiles.data("models/classification/" + name + ".onnx"));
    try (SampleSource source = DatasetDescription.read(SharedFiles.data(data)).open()) {
      PostTrainingQuantization.Result result =
          new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
              .quantize(
                  model,
                  CalibrationSamples.of(source.first(4), model),
                  QuantizationParameters.defaults().withSensitiveInFloat(false));
      Path optimized = folder.resolve("optimized.onnx");
      engine.writeOptimized(result.model(), SessionOptions.defaults(), optimized);
      Map<String, Integer> operators = new TreeMap<>();
      for (Node node : ModelFiles.read(optimized).graph().nodes()) {
        operators.merge(node.type(), 1, Integer::sum);
      }
      assertThat(operators).containsEntry("QLinearConv", convolutions);
      assertThat(operators).doesNotContainKeys("Conv", "FusedConv", "Relu", "Clip");
      // One at the front; and around the padded shortcuts of ResNet, where Pad has no integer form.
      int padded = operators.getOrDefault("Pad", 0);
      assertThat(operators.get("QuantizeLinear")).isEqualTo(1 + padded);
    }
  }
}
