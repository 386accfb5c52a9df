package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import io.nncf4j.testing.SharedFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What was read from another framework is trained with fewer filters and in 8 bits, and comes out
 * as ONNX and as IR that compute what the training graph computes.
 */
class TrainableFormatsTest {
  private static final String CONFIG =
      """
      {"compression": [
         {"algorithm": "quantization",
          "initializer": {"batchnorm_adaptation": {"num_bn_adaptation_samples": 0}}},
         {"algorithm": "filter_pruning",
          "params": {"schedule": "baseline", "pruning_target": 0.3, "num_init_steps": 0,
                     "prune_downsample_convs": true}}]}""";

  @TempDir Path folder;

  private static Tensor noise(int seed, long... shape) {
    Random random = new Random(seed);
    float[] values = new float[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(values, shape);
  }

  @ParameterizedTest
  @CsvSource({
    "oracle/torch-export/tiny_resnet/model_dynamic.pt2, 3, 32, 32",
    "oracle/torch-export/tiny_resnet/model.ts.pt, 3, 32, 32",
    "data/models/tensorflow/keyword-spotting-savedmodel, 1, 49, 10"
  })
  void areTrainedPrunedAndExported(String path, long channels, long height, long width) {
    Model model = ModelFiles.read(SharedFiles.path(path));
    String input = model.graph().inputs().get(0).name();
    String output = model.graph().outputs().get(0).name();
    List<Map<String, Tensor>> samples =
        IntStream.range(0, 8)
            .mapToObj(index -> Map.of(input, noise(index, 1, channels, height, width)))
            .toList();
    NNCFConfig config = NNCFConfig.fromText(CONFIG);
    CalibrationSamples calibration =
        CalibrationSamples.of(new Dataset<>(samples, each -> each), samples.size());
    config.registerExtraStructs(
        List.of(
            new ExtraStruct.QuantizationRangeInitArgs(calibration),
            new ExtraStruct.BNAdaptationInitArgs(calibration)));
    CompressionController controller =
        CompressedModels.createCompressedModel(
            model, config, null, TrainingOptions.defaults().withThreads(1), false);
    try (CompressedModel compressed = controller.model()) {
      controller.scheduler().epochStep();
      train(controller, compressed.session(), input, channels, height, width);
      Tensor probe = noise(99, 4, channels, height, width);
      compressed.session().setTraining(false);
      float[] expected;
      try (Outputs outputs = compressed.session().forward(Map.of(input, probe))) {
        expected = outputs.read(output).toFloats();
      }
      Path onnx = folder.resolve("trained.onnx");
      Path network = folder.resolve("trained.xml");
      controller.exportModel(onnx, false);
      controller.exportModel(network, false);
      assertClose(run(ModelFiles.read(onnx), input, probe), expected);
      assertClose(run(ModelFiles.read(network), input, probe), expected);
      assertThat(weights(ModelFiles.read(onnx))).isLessThan(weights(model));
    }
  }

  private static long weights(Model model) {
    return model.graph().constants().values().stream().mapToLong(Tensor::size).sum();
  }

  private static void train(
      CompressionController controller,
      TrainingSession session,
      String input,
      long channels,
      long height,
      long width) {
    try (StochasticGradientDescent optimizer =
        new StochasticGradientDescent(
            TrainingStep.parameters(session), StochasticGradientDescent.Options.of(0.01))) {
      TrainingStep step = new TrainingStep(session, optimizer, 0);
      for (int number = 0; number < 3; number++) {
        step.runClassifier(
            Map.of(input, noise(50 + number, 4, channels, height, width)),
            new long[] {0, 1, 2, 3},
            controller::loss);
      }
    }
  }

  private static float[] run(Model model, String input, Tensor probe) {
    Model lowered = new LowerFakeQuantize().apply(model).model();
    try (Session session = new OnnxRuntimeEngine().compile(lowered, SessionOptions.defaults())) {
      return session.run(Map.of(input, probe)).values().iterator().next().toFloats();
    }
  }

  /** A level of a quantizer that rounds the other way moves an output a little. */
  private static void assertClose(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int index = 0; index < found.length; index++) {
      largest = Math.max(largest, Math.abs(expected[index]));
      difference += Math.abs(found[index] - expected[index]) / found.length;
    }
    assertThat(difference).isLessThan(0.02 * largest);
  }
}
