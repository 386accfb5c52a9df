package io.nncf4j.compression.training.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.training.SmallNetwork;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.learning.Losses;
import io.nncf4j.learning.ParameterGroups;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of quantization-aware training, on a small network. */
class QuantizationAwareTrainingTest {
  private static final QuantizationTrainingOptions OPTIONS =
      QuantizationTrainingOptions.defaults()
          .withTraining(TrainingOptions.defaults().withThreads(1));

  private static QuantizationController prepare(QuantizationTrainingOptions options) {
    return new QuantizationAwareTraining(options)
        .prepare(SmallNetwork.model(), SmallNetwork.samples(16));
  }

  private static double train(QuantizationController controller, int steps) {
    CompressedModel compressed = controller.model();
    try (ParameterGroups optimizer =
        new ParameterGroups(
            0.05,
            List.of(
                new ParameterGroups.Group(descent(compressed.parameters()), 1),
                new ParameterGroups.Group(descent(compressed.compressionParameters()), 0.1)))) {
      TrainingStep step = new TrainingStep(compressed.session(), optimizer, 0);
      controller.scheduler().epochStep();
      double loss = 0;
      for (int index = 0; index < steps; index++) {
        controller.scheduler().step();
        SmallNetwork.Labelled batch = SmallNetwork.batch(index % 4);
        try (org.bytedeco.pytorch.Tensor truth = batch.targets()) {
          loss =
              step.run(
                  Map.of("x", batch.images()),
                  outputs -> Losses.crossEntropy(outputs.first(), truth));
        }
      }
      return loss;
    }
  }

  private static StochasticGradientDescent descent(List<org.bytedeco.pytorch.Tensor> parameters) {
    return new StochasticGradientDescent(
        parameters, StochasticGradientDescent.Options.of(0).withMomentum(0.9, false));
  }

  private static Tensor evaluate(CompressedModel model, Tensor images) {
    try (Outputs outputs = model.evaluate(Map.of("x", images))) {
      return outputs.read("logits");
    }
  }

  private static Tensor run(Model model, Tensor images) {
    return run(model, images, false);
  }

  private static Tensor run(Model model, Tensor images, boolean optimized) {
    try (Session session =
        new OnnxRuntimeEngine()
            .compile(model, SessionOptions.defaults().withThreads(1).withOptimize(optimized))) {
      return Objects.requireNonNull(session.run(Map.of("x", images)).get("logits"));
    }
  }

  @Test
  void trainsAndExportsWhatItTrained() {
    QuantizationController controller = prepare(OPTIONS);
    try (CompressedModel compressed = controller.model()) {
      double first = train(controller, 1);
      double last = train(controller, 60);
      assertThat(last).isLessThan(0.7 * first);
      Tensor images = SmallNetwork.batch(7).images();
      assertAgree(evaluate(compressed, images), run(controller.strip(), images));
    }
  }

  /** Half a step of a quantizer may part two computations of the same real number. */
  private static void assertAgree(Tensor trained, Tensor exported) {
    double scale = 0;
    double difference = 0;
    for (int index = 0; index < trained.size(); index++) {
      scale = Math.max(scale, Math.abs(trained.doubleAt(index)));
      difference += Math.abs(trained.doubleAt(index) - exported.doubleAt(index));
    }
    assertThat(difference / trained.size()).isLessThan(0.01 * scale);
  }

  @Test
  void foldingBatchNormKeepsTheIntegersAndTurnsTheirSignWithIt() {
    QuantizationController controller = prepare(OPTIONS);
    try (CompressedModel compressed = controller.model()) {
      Tensor gamma = compressed.session().state().read("bn1.weight");
      float[] flipped = gamma.toFloats();
      flipped[1] = -0.7f;
      flipped[2] = 0f;
      compressed.session().state().write("bn1.weight", Tensor.ofFloats(flipped, flipped.length));
      TrainedQuantizer quantizer =
          controller.quantizers().stream()
              .filter(each -> each.id().equals("conv1|WEIGHT"))
              .findFirst()
              .orElseThrow();
      Tensor weight = compressed.session().state().read("conv1.weight");
      float[] high = compressed.session().state().read(quantizer.high()).toFloats();
      Model stripped = controller.strip();
      Node conv = Objects.requireNonNull(stripped.graph().node("conv1"));
      Node dequantize = Objects.requireNonNull(stripped.graph().producer(conv.input(1)));
      Tensor codes = Objects.requireNonNull(stripped.graph().constant(dequantize.input(0)));
      int perChannel = weight.size() / high.length;
      for (int index = 0; index < weight.size(); index++) {
        int channel = index / perChannel;
        long code = Math.round(Math.rint(weight.floatAt(index) / (high[channel] / 127)));
        long sign = flipped[channel] < 0 ? -1 : flipped[channel] == 0 ? 0 : 1;
        assertThat(codes.longAt(index)).as("element %d", index).isEqualTo(sign * code);
      }
      Tensor images = SmallNetwork.batch(3).images();
      assertAgree(evaluate(compressed, images), run(stripped, images));
    }
  }

  /** Biases become whole numbers of a step when exported; evaluation already adds those. */
  @Test
  void evaluationAddsTheBiasesOfTheExportedModel() {
    QuantizationController controller = prepare(OPTIONS);
    try (CompressedModel compressed = controller.model()) {
      train(controller, 5);
      Model stripped = controller.strip();
      Graph graph = stripped.graph();
      Node layer = Objects.requireNonNull(graph.node("conv1"));
      Node bias = Objects.requireNonNull(graph.producer(layer.input(2)));
      float[] steps = Objects.requireNonNull(graph.constant(bias.input(1))).toFloats();
      String value = layer.output(0);
      Map<String, Tensor> images = Map.of("x", SmallNetwork.batch(7).images());
      SessionOptions options =
          SessionOptions.defaults().withOptimize(false).withProbes(List.of(value));
      try (Session trained =
              new LibtorchEngine().compile(compressed.session().snapshot(), options);
          Session exported = new OnnxRuntimeEngine().compile(stripped, options)) {
        Tensor found = Objects.requireNonNull(trained.run(images).get(value));
        Tensor expected = Objects.requireNonNull(exported.run(images).get(value));
        int area = (int) (found.dimension(2) * found.dimension(3));
        for (int index = 0; index < found.size(); index++) {
          float step = steps[index / area % steps.length];
          assertThat((double) found.floatAt(index))
              .isCloseTo(expected.floatAt(index), within(0.1 * step));
        }
      }
    }
  }

  @Test
  void asymmetricAndFewBitsAgreeAfterExportToo() {
    for (int bits : new int[] {2, 4, 8, 16}) {
      QuantizerConstraints width = new QuantizerConstraints(bits, null, null, null, null);
      QuantizationController controller =
          prepare(
              OPTIONS.withPlacement(
                  QuantizationOptions.defaults()
                      .withPreset(QuantizationPreset.MIXED)
                      .withConstraints(width, width)));
      try (CompressedModel compressed = controller.model()) {
        train(controller, 3);
        assertThat(controller.quantizers())
            .filteredOn(each -> !each.isWeight())
            .isNotEmpty()
            .allMatch(each -> !each.range().symmetric() && each.range().levels() == 1 << bits);
        Tensor images = SmallNetwork.batch(5).images();
        assertAgree(evaluate(compressed, images), run(controller.strip(), images));
      }
    }
  }

  /**
   * The runtime quantizes float biases by itself, coarsely, unless they are dequantized already.
   */
  @Test
  void theRuntimesOptimisationsChangeNothingAtFewBits() {
    for (int bits : new int[] {2, 4, 6}) {
      // With weights of 5 or 6 bits the last layer, a matrix product, has an integer kernel.
      float tolerance = bits > 4 ? 0.01f : 1e-4f;
      QuantizerConstraints width = new QuantizerConstraints(bits, null, null, null, null);
      QuantizationController controller =
          prepare(
              OPTIONS.withPlacement(QuantizationOptions.defaults().withConstraints(width, width)));
      try (CompressedModel compressed = controller.model()) {
        train(controller, 20);
        Tensor images = SmallNetwork.batch(5).images();
        Model exported = controller.strip();
        float[] optimized = run(exported, images, true).toFloats();
        assertThat(optimized).containsExactly(run(exported, images).toFloats(), within(tolerance));
      }
    }
  }

  @Test
  void restoresWithoutLookingAtData() {
    QuantizationController controller = prepare(OPTIONS);
    try (CompressedModel compressed = controller.model()) {
      train(controller, 5);
      CompressionState state = CompressionState.fromJson(controller.compressionState().toJson());
      QuantizationController again =
          new QuantizationAwareTraining(OPTIONS).restore(SmallNetwork.model(), state);
      try (CompressedModel restored = again.model()) {
        compressed
            .session()
            .state()
            .byName()
            .keySet()
            .forEach(
                name ->
                    restored
                        .session()
                        .state()
                        .write(name, compressed.session().state().read(name)));
        Tensor images = SmallNetwork.batch(6).images();
        assertThat(evaluate(restored, images)).isEqualTo(evaluate(compressed, images));
        assertThat(again.scheduler().currentStep()).isEqualTo(4);
        assertThat(again.scheduler().currentEpoch()).isZero();
      }
    }
  }

  @Test
  void quantizersAreSwitchedOnEpochByEpoch() {
    QuantizationController controller = prepare(OPTIONS.withStages(new QuantizationStages(1, 2)));
    try (CompressedModel compressed = controller.model()) {
      List<CompressionStage> stages = new ArrayList<>();
      stages.add(controller.compressionStage());
      for (int epoch = 0; epoch < 3; epoch++) {
        controller.scheduler().epochStep();
        stages.add(controller.compressionStage());
      }
      assertThat(stages)
          .containsExactly(
              CompressionStage.UNCOMPRESSED,
              CompressionStage.UNCOMPRESSED,
              CompressionStage.PARTIALLY_COMPRESSED,
              CompressionStage.FULLY_COMPRESSED);
      controller.enableActivations(false);
      controller.enableWeights(false);
      Tensor images = SmallNetwork.batch(1).images();
      Tensor plain = run(SmallNetwork.model(), images);
      Tensor off = evaluate(compressed, images);
      for (int index = 0; index < plain.size(); index++) {
        assertThat(off.doubleAt(index)).isCloseTo(plain.doubleAt(index), within(1e-4));
      }
    }
  }

  @Test
  void theExtensionChoosesTheFormat(@TempDir Path folder) {
    QuantizationController controller = prepare(OPTIONS);
    try (CompressedModel compressed = controller.model()) {
      Tensor images = SmallNetwork.batch(3).images();
      Tensor expected = run(controller.strip(), images);
      controller.exportModel(folder.resolve("model.onnx"), false);
      assertAgree(expected, run(ModelFiles.read(folder.resolve("model.onnx")), images));
      controller.exportModel(folder.resolve("model.xml"), false);
      Model read = ModelFiles.read(folder.resolve("model.xml"));
      try (Session session = new LibtorchEngine().compile(read, SessionOptions.defaults())) {
        assertAgree(
            expected, Objects.requireNonNull(session.run(Map.of("x", images)).get("logits")));
      }
      assertThat(compressed.session().outputs()).containsExactly("logits");
    }
  }

  /** Weights and what they make have doubled when the quantizers come. */
  @Test
  void rangesStartWhenQuantizersAreSwitchedOn() {
    QuantizationController controller = prepare(OPTIONS.withStages(new QuantizationStages(1, 2)));
    try (CompressedModel compressed = controller.model()) {
      TrainedQuantizer weights =
          controller.quantizers().stream()
              .filter(each -> each.id().equals("fc|WEIGHT"))
              .findFirst()
              .orElseThrow();
      controller.scheduler().epochStep();
      float[] before = compressed.session().state().read(weights.high()).toFloats();
      Tensor known = compressed.session().state().read("fc.weight");
      float[] doubled = known.toFloats();
      for (int index = 0; index < doubled.length; index++) {
        doubled[index] *= 2;
      }
      compressed.session().state().write("fc.weight", Tensor.ofFloats(doubled, known.shape()));
      controller.scheduler().epochStep();
      float[] after = compressed.session().state().read(weights.high()).toFloats();
      for (int channel = 0; channel < after.length; channel++) {
        assertThat(after[channel]).isCloseTo(2 * before[channel], within(1e-5f));
      }
    }
  }

  @Test
  void batchNormAdaptsToSamples() {
    QuantizationController controller = prepare(OPTIONS);
    QuantizationController adapted = prepare(OPTIONS.withNormalizationSamples(16));
    try (CompressedModel one = controller.model();
        CompressedModel other = adapted.model()) {
      assertThat(other.session().state().read("bn1.running_mean"))
          .isNotEqualTo(one.session().state().read("bn1.running_mean"));
      assertThat(other.session().state().read("conv1.weight"))
          .isEqualTo(one.session().state().read("conv1.weight"));
    }
  }

  @Test
  void statisticsPrintAsTables() {
    QuantizationController controller = prepare(OPTIONS);
    try (CompressedModel compressed = controller.model()) {
      assertThat(compressed.graph().graph().nodes()).isNotEmpty();
      assertThat(controller.statistics().toString())
          .contains("| Symmetric WQs / All placed WQs   | 100.00 % (3 / 3) |")
          .contains("| Enabled quantizers / All placed | 100.00 %")
          .contains("| 8            |");
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(
            () ->
                prepare(
                    OPTIONS.withPlacement(
                        QuantizationOptions.defaults()
                            .withIgnoredScope(IgnoredScope.ofNames("no-such-layer")))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no-such-layer");
    assertThatThrownBy(
            () ->
                new QuantizationAwareTraining(OPTIONS)
                    .prepare(
                        SmallNetwork.model(),
                        CalibrationSamples.of(
                            new Dataset<>(List.<Map<String, Tensor>>of(), each -> each), 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> CompressionState.fromJson("{\"builder_state\": {}}"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ctrl_state");
  }
}
