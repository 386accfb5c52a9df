package io.nncf4j.compression.training.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.SmallNetwork;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.BatchNormalization;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Layer;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Residual;
import io.nncf4j.layers.Sequential;
import io.nncf4j.learning.Losses;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import io.nncf4j.testing.SharedFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filter pruning while training, alone and beside other algorithms. */
class FilterPruningTest {
  private static final TrainingOptions ONE_THREAD = TrainingOptions.defaults().withThreads(1);
  private static final SmallNetwork.Labelled BATCH = SmallNetwork.batch(1);

  /** A residual network with strides, a depthwise layer and an activation that makes 0.5 of 0. */
  private static Model network() {
    Layer block =
        Sequential.of(
            Convolution.of("block1", 32, 24, 3),
            BatchNormalization.of("block1.bn", 24),
            Activation.SIGMOID,
            Convolution.of("depthwise", 24, 24, 3).withGroups(24),
            BatchNormalization.of("depthwise.bn", 24),
            Activation.RELU,
            Convolution.of("block2", 24, 32, 1),
            BatchNormalization.of("block2.bn", 32));
    return GraphBuilder.network(
        "network",
        1,
        "x",
        Shape.of(Dimension.symbol("batch"), Dimension.of(3), Dimension.of(8), Dimension.of(8)),
        Sequential.of(
            Convolution.of("first", 3, 16, 3),
            BatchNormalization.of("first.bn", 16),
            Activation.RELU,
            Convolution.of("down", 16, 32, 3).withStride(2),
            BatchNormalization.of("down.bn", 32),
            Activation.RELU,
            new Residual(block, Residual.IDENTITY),
            Activation.RELU,
            Pooling.globalAverage(),
            new Linear("fc", 32, 4)),
        "logits");
  }

  private static CompressionController create(
      String compression, @Nullable CompressionState state) {
    NNCFConfig config = NNCFConfig.fromText("{\"compression\": " + compression + "}");
    config.registerExtraStructs(
        List.of(
            new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(8)),
            new ExtraStruct.BNAdaptationInitArgs(SmallNetwork.samples(32))));
    return CompressedModels.createCompressedModel(network(), config, state, ONE_THREAD, false);
  }

  private static String pruning(String params) {
    return """
        {"algorithm": "filter_pruning", "params": {"schedule": "baseline", %s}}"""
        .formatted(params);
  }

  private static void train(CompressionController controller, TrainingSession session, int steps) {
    try (StochasticGradientDescent optimizer =
        new StochasticGradientDescent(
            TrainingStep.parameters(session),
            StochasticGradientDescent.Options.of(0.05).withMomentum(0.9, false))) {
      TrainingStep step = new TrainingStep(session, optimizer, 0);
      for (int number = 0; number < steps; number++) {
        SmallNetwork.Labelled batch = SmallNetwork.batch(number);
        step.runClassifier(Map.of("x", batch.images()), batch.labels(), controller::loss);
      }
    }
  }

  private static float[] logits(TrainingSession session) {
    session.setTraining(false);
    try (Outputs outputs = session.forward(Map.of("x", BATCH.images()))) {
      return outputs.read("logits").toFloats();
    }
  }

  private static float[] logits(Model model) {
    try (Session session = new OnnxRuntimeEngine().compile(model, SessionOptions.defaults())) {
      return java.util.Objects.requireNonNull(
              session.run(Map.of("x", BATCH.images())).get("logits"))
          .toFloats();
    }
  }

  private static void assertClose(float[] found, float[] expected, double allowed) {
    assertThat(found).hasSameSizeAs(expected);
    for (int index = 0; index < found.length; index++) {
      assertThat((double) found[index])
          .as("logit " + index)
          .isCloseTo(expected[index], within(allowed));
    }
  }

  private static long filters(Model model, String layer) {
    Node node =
        model.graph().nodes().stream()
            .filter(each -> each.is("Conv") && each.name().startsWith(layer))
            .findFirst()
            .orElseThrow();
    Tensor weight = model.graph().constantValue(node.input(1));
    return java.util.Objects.requireNonNull(weight).dimension(0);
  }

  /** What is exported is smaller and computes what the masked graph computes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"pruning_target\": 0.5, \"prune_first_conv\": true, \"prune_downsample_convs\": true",
        "\"pruning_target\": 0.5, \"prune_batch_norms\": false, \"prune_first_conv\": true",
        "\"pruning_target\": 0.4, \"all_weights\": true, \"prune_downsample_convs\": true",
        "\"pruning_flops_target\": 0.3, \"prune_downsample_convs\": true",
        "\"pruning_flops_target\": 0.4, \"all_weights\": true, \"prune_first_conv\": true,"
            + " \"filter_importance\": \"geometric_median\"",
      })
  void removalComputesWhatTheMasksDo(String params) {
    CompressionController controller = create(pruning(params), null);
    try (CompressedModel model = controller.model()) {
      float[] whole = logits(model.session());
      controller.scheduler().epochStep();
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.FULLY_COMPRESSED);
      train(controller, model.session(), 8);
      float[] masked = logits(model.session());
      assertThat(masked).isNotEqualTo(whole);
      Model stripped = controller.strip();
      assertThat(stripped.graph().nodes())
          .noneMatch(node -> node.operator().domain().equals("io.nncf4j"));
      assertThat(filters(stripped, "block1")).isLessThan(24);
      assertThat(filters(stripped, "depthwise")).isEqualTo(filters(stripped, "block1"));
      assertClose(logits(stripped), masked, 1e-4);
    }
  }

  /** Training goes on with fewer filters, from the same function. */
  @Test
  void trainingGoesOnWithTheShrunkGraph() {
    CompressionController controller = create(pruning("\"pruning_target\": 0.5"), null);
    try (CompressedModel model = controller.model()) {
      controller.scheduler().epochStep();
      train(controller, model.session(), 4);
      Model shrunk = controller.part(FilterPruningController.class).orElseThrow().shrunk();
      assertThat(shrunk.graph().nodes()).anyMatch(node -> node.is("BatchNormalization"));
      try (TrainingSession smaller = new LibtorchEngine().train(shrunk, ONE_THREAD)) {
        float[] before = logits(smaller);
        assertClose(before, logits(model.session()), 1e-4);
        assertThat(smaller.state().read("block1.weight").dimension(0)).isEqualTo(16);
        train(controller, smaller, 4);
        assertThat(logits(smaller)).isNotEqualTo(before);
      }
    }
  }

  /** The filters whose removal to first order changes the loss least, measured by hand. */
  @Test
  void taylorImportanceAsksTheLoss() {
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"compression\": "
                + pruning("\"filter_importance\": \"taylor\", \"pruning_target\": 0.4")
                + "}");
    assertThatThrownBy(
            () ->
                CompressedModels.createCompressedModel(network(), config, null, ONE_THREAD, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ImportanceGradients");
    List<double[]> seen = new ArrayList<>();
    config.registerExtraStructs(
        List.of(
            new ImportanceGradients(
                (session, after) -> {
                  try (Outputs outputs = session.forward(Map.of("x", BATCH.images()));
                      org.bytedeco.pytorch.Tensor targets = BATCH.targets();
                      org.bytedeco.pytorch.Tensor loss =
                          Losses.crossEntropy(outputs.first(), targets)) {
                    loss.backward();
                  }
                  seen.add(
                      products(
                          session.state().read("block1.weight"),
                          session.state().readGradient("block1.weight")));
                  after.run();
                })));
    CompressionController controller =
        CompressedModels.createCompressedModel(network(), config, null, ONE_THREAD, false);
    try (CompressedModel model = controller.model()) {
      controller.scheduler().epochStep();
      FilterPruningController pruning =
          controller.part(FilterPruningController.class).orElseThrow();
      assertThat(pruning.statistics().layers())
          .anyMatch(layer -> layer.name().startsWith("block1") && layer.left() == 16);
      assertThat(seen).isNotEmpty();
      assertThat(Arrays.stream(seen.get(0)).filter(each -> each > 0)).isNotEmpty();
      assertThat(model.session().state().readGradient("fc.weight").toFloats()).containsOnly(0);
    }
  }

  private static double[] products(Tensor weight, Tensor gradient) {
    double[] squares = new double[(int) weight.dimension(0)];
    int inner = weight.size() / squares.length;
    for (int filter = 0; filter < squares.length; filter++) {
      double sum = 0;
      for (int index = 0; index < inner; index++) {
        int at = filter * inner + index;
        sum += (double) weight.floatAt(at) * gradient.floatAt(at);
      }
      squares[filter] = sum * sum;
    }
    return squares;
  }

  /** A real network, in arithmetic and by one ranking. */
  @Test
  void removalFromResNet20ComputesWhatTheMasksDo() {
    Path file = SharedFiles.data("models/classification/resnet20-cifar10.onnx");
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"compression\": "
                + pruning("\"pruning_flops_target\": 0.3, \"all_weights\": true")
                + "}");
    CompressionController controller =
        CompressedModels.createCompressedModel(
            ModelFiles.read(file), config, null, ONE_THREAD, false);
    try (CompressedModel model = controller.model()) {
      controller.scheduler().epochStep();
      Map<String, Tensor> images =
          SyntheticInputs.ofSeed(2).generate(model.original().graph().inputs());
      float[] masked;
      try (Outputs outputs = model.evaluate(images)) {
        masked = outputs.read(model.session().outputs().get(0)).toFloats();
      }
      Model stripped = controller.strip();
      try (Session session = new OnnxRuntimeEngine().compile(stripped, SessionOptions.defaults())) {
        Tensor found = session.run(images).get(stripped.graph().outputs().get(0).name());
        assertClose(java.util.Objects.requireNonNull(found).toFloats(), masked, 1e-3);
      }
      FilterPruningStatistics statistics =
          controller.part(FilterPruningController.class).orElseThrow().statistics();
      assertThat(statistics.full().flops()).isEqualTo(81_102_080L);
      assertThat((double) statistics.current().flops() / statistics.full().flops())
          .isBetween(0.68, 0.7);
    }
  }

  @Test
  void composesWithAllOtherAlgorithms() {
    String compression =
        """
        [{"algorithm": "quantization",
          "initializer": {"batchnorm_adaptation": {"num_bn_adaptation_samples": 0}}},
         {"algorithm": "filter_pruning", "pruning_init": 0.2,
          "params": {"schedule": "baseline", "pruning_target": 0.5,
                     "prune_downsample_convs": true}},
         {"algorithm": "magnitude_sparsity", "sparsity_init": 0.3},
         {"algorithm": "knowledge_distillation", "type": "softmax", "temperature": 2}]""";
    CompressionController controller = create(compression, null);
    float[] before;
    CompressionState state;
    Map<String, Tensor> tensors = new HashMap<>();
    try (CompressedModel model = controller.model()) {
      controller.scheduler().epochStep();
      train(controller, model.session(), 8);
      before = logits(model.session());
      assertThat(controller.statistics().toString())
          .contains("Statistics of the pruned model", "Sparsity level", "uantiz");
      Model stripped = controller.strip();
      assertThat(stripped.graph().nodes())
          .anyMatch(node -> node.is("DequantizeLinear"))
          .noneMatch(node -> node.operator().domain().equals("io.nncf4j"));
      assertThat(
              stripped.graph().constants().values().stream()
                  .filter(tensor -> tensor.rank() == 4)
                  .mapToLong(tensor -> tensor.dimension(0)))
          .contains(16L, 16L);
      float[] exported = logits(stripped);
      double scale = 0;
      for (float value : before) {
        scale = Math.max(scale, Math.abs(value));
      }
      assertClose(exported, before, 0.05 * scale);
      state = CompressionState.fromJson(controller.compressionState().toJson());
      model
          .session()
          .state()
          .byName()
          .keySet()
          .forEach(name -> tensors.put(name, model.session().state().read(name)));
    }
    CompressionController restored = create(compression, state);
    try (CompressedModel model = restored.model()) {
      tensors.forEach(model.session().state()::write);
      assertThat(logits(model.session())).isEqualTo(before);
      FilterPruningController pruning = restored.part(FilterPruningController.class).orElseThrow();
      // Filters go by eights: 24 of the 56.
      assertThat(pruning.rate()).isEqualTo(24 / 56.0);
      assertThat(pruning.scheduler().currentEpoch()).isEqualTo(0);
      assertThat(restored.scheduler().currentEpoch()).isEqualTo(0);
      assertThat(restored.compressionState().toJson()).isEqualTo(state.toJson());
      assertThat(pruning.statistics().current().flops())
          .isLessThan(pruning.statistics().full().flops());
    }
  }

  @Test
  void statisticsCountWhatIsLeft() {
    CompressionController controller = create(pruning("\"pruning_target\": 0.5"), null);
    try (CompressedModel model = controller.model()) {
      FilterPruningController pruning =
          controller.part(FilterPruningController.class).orElseThrow();
      assertThat(pruning.compressionStage()).isEqualTo(CompressionStage.UNCOMPRESSED);
      assertThat(pruning.statistics().current()).isEqualTo(pruning.statistics().full());
      controller.scheduler().epochStep();
      // 24 filters at one half stay as 16, a multiple of 8; 3x3 on 4 by 4 places, twice 32 inputs.
      FilterPruningStatistics.Layer layer =
          pruning.statistics().layers().stream()
              .filter(each -> each.name().startsWith("block1"))
              .findFirst()
              .orElseThrow();
      assertThat(layer.left()).isEqualTo(16);
      assertThat(layer.flopsLeft()).isEqualTo(2L * 9 * 16 * 32 * 16);
      assertThat(pruning.findings())
          .anyMatch(finding -> finding.message().contains("prune_first_conv"))
          .anyMatch(finding -> finding.message().contains("prune_downsample_convs"));
      pruning.setLevels(Map.of(pruning.groups().get(0).index(), 0.0));
      assertThat(pruning.rate()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"pruning_target\": 0.5, \"pruning_flops_target\": 0.5#give one of them",
        "\"pruning_target\": 1.5#allowed: 0 to less than 1",
        "\"pruning_flops_target\": 0.95#at most",
      })
  void badTargetsAreNamed(String what) {
    String[] parts = what.split("#");
    assertThatThrownBy(() -> create(pruning(parts[0]), null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(parts[1]);
  }

  @Test
  void nothingLeftToPruneSaysWhy() {
    assertThatThrownBy(
            () ->
                create(
                    "{\"algorithm\": \"filter_pruning\", \"ignored_scopes\": [\"{re}.*\"]}", null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no filter of this model");
  }

  /** What the configuration leaves out is told, not what the model could not lose anyway. */
  @Test
  void whereNothingIsLeftTheKeysAreNamedThatLeaveItOut() {
    String section = "{\"algorithm\": \"filter_pruning\", %s}";
    refused(section.formatted("\"ignored_scopes\": [\"{re}.*\"]"), "ignored_scopes [{re}.*]");
    refused(section.formatted("\"target_scopes\": []"), "target_scopes is an empty list");
    refused(
        section.formatted("\"target_scopes\": [\"first\"]"),
        "\"first\" is a first layer; see prune_first_conv");
  }

  private static void refused(String section, String message) {
    assertThatThrownBy(() -> create(section, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no filter of this model can be removed")
        .hasMessageContaining(message)
        .hasMessageNotContaining("handed back");
  }
}
