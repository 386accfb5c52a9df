package io.nncf4j.compression.training.sparsity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.compression.calibration.CalibrationSamples;
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
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingState;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.learning.ParameterGroups;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Movement sparsity on small transformers: what is masked, what goes, and what the file computes.
 */
class MovementSparsityTest {
  private static final String BLOCKS =
      """
      , "sparse_structure_by_scopes": [
          {"mode": "block", "sparse_factors": [16, 64], "target_scopes": ["{re}attn/qkv"]},
          {"mode": "block", "sparse_factors": [64, 16], "target_scopes": ["{re}attn/proj"]},
          {"mode": "per_dim", "axis": 0, "target_scopes": ["{re}mlp\\\\.0"]},
          {"mode": "per_dim", "axis": 1, "target_scopes": ["{re}mlp\\\\.3"]}]""";

  @TempDir private Path folder;

  private static String movement(String params, String own) {
    return """
        {"algorithm": "movement_sparsity",
         "params": {"warmup_start_epoch": 1, "warmup_end_epoch": 3,
                    "importance_regularization_factor": 0.02%s}%s}"""
        .formatted(params, own);
  }

  private static Model vit() {
    return ModelFiles.read(SharedFiles.oracle("torch-export/tiny_vit/model_dynamic.onnx"));
  }

  private static CompressionController create(
      Model model, String compression, @Nullable CompressionState state) {
    NNCFConfig config = NNCFConfig.fromText("{\"compression\": " + compression + "}");
    return CompressedModels.createCompressedModel(
        model, config, state, TrainingOptions.defaults().withThreads(1), false);
  }

  private static SmallNetwork.Labelled batch(int seed) {
    SmallNetwork.Labelled small = SmallNetwork.batch(seed);
    float[] pixels = new float[4 * 3 * 32 * 32];
    for (int index = 0; index < pixels.length; index++) {
      int x = index % 32;
      int y = index / 32 % 32;
      int plane = index / 1024;
      pixels[index] = small.images().floatAt((plane * 8 + y / 4) * 8 + x / 4);
    }
    return new SmallNetwork.Labelled(
        Tensor.ofFloats(pixels, 4, 3, 32, 32), java.util.Arrays.copyOf(small.labels(), 4));
  }

  /** Trains for whole epochs of three steps each. */
  private static void train(CompressionController controller, int epochs) {
    CompressedModel model = controller.model();
    try (ParameterGroups optimizer =
        new ParameterGroups(
            0.01,
            List.of(
                new ParameterGroups.Group(
                    new StochasticGradientDescent(
                        model.parameters(), StochasticGradientDescent.Options.of(0.01)),
                    1),
                new ParameterGroups.Group(
                    new StochasticGradientDescent(
                        model.compressionParameters(), StochasticGradientDescent.Options.of(1)),
                    100)))) {
      TrainingStep step = new TrainingStep(model.session(), optimizer, 0);
      for (int epoch = 0; epoch < epochs; epoch++) {
        controller.scheduler().epochStep();
        for (int number = 0; number < 3; number++) {
          controller.scheduler().step();
          SmallNetwork.Labelled batch = batch(3 * epoch + number);
          step.runClassifier(Map.of("input", batch.images()), batch.labels(), controller::loss);
        }
      }
    }
  }

  private static Tensor evaluate(CompressionController controller, Map<String, Tensor> inputs) {
    try (Outputs outputs = controller.model().evaluate(inputs)) {
      return outputs.read(controller.model().session().outputs().get(0));
    }
  }

  private static Tensor run(Model model, Map<String, Tensor> inputs) {
    try (Session session = new OnnxRuntimeEngine().compile(model, SessionOptions.defaults())) {
      return Objects.requireNonNull(session.run(inputs).get(model.graph().outputs().get(0).name()));
    }
  }

  private static void assertSame(Tensor found, Tensor expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    for (int index = 0; index < found.size(); index++) {
      assertThat((double) found.floatAt(index)).isCloseTo(expected.floatAt(index), within(1e-4));
    }
  }

  private static List<Long> widths(Model model, String layer, int dimension) {
    List<Long> widths = new ArrayList<>();
    for (Node node : model.graph().nodes()) {
      Tensor weight = node.is("MatMul", "Gemm") ? model.graph().constantValue(node.input(1)) : null;
      if (weight != null && node.name().contains(layer)) {
        widths.add(weight.dimension(dimension));
      }
    }
    return widths;
  }

  /** Whole heads and rows go, the file is smaller, and it computes what the masks leave. */
  @Test
  void headsAndRowsGoAndTheFileComputesWhatTheMasksDo() throws IOException {
    CompressionController controller = create(vit(), movement("", BLOCKS), null);
    try (CompressedModel model = controller.model()) {
      train(controller, 3);
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.PARTIALLY_COMPRESSED);
      train(controller, 1);
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.FULLY_COMPRESSED);
      Map<String, Tensor> inputs = Map.of("input", batch(99).images());
      Tensor masked = evaluate(controller, inputs);
      Model stripped = controller.strip();
      assertThat(stripped.graph().nodes())
          .noneMatch(node -> node.operator().domain().equals("io.nncf4j"));
      assertSame(run(stripped, inputs), masked);
      List<Long> projections = widths(stripped, "attn/qkv", 1);
      assertThat(projections).hasSize(5).allMatch(width -> width % 48 == 0);
      assertThat(projections).as("192 are four heads").anyMatch(width -> width < 192);
      assertThat(widths(stripped, "attn/proj", 0))
          .isEqualTo(projections.stream().map(width -> width / 3).toList());
      assertThat(widths(stripped, "mlp.0", 1)).allMatch(width -> width < 200);
      assertThat(widths(stripped, "mlp.3", 0)).isEqualTo(widths(stripped, "mlp.0", 1));
      Path whole = folder.resolve("whole.onnx");
      Path small = folder.resolve("small.onnx");
      ModelFiles.write(vit(), whole, false);
      ModelFiles.write(stripped, small, false);
      assertThat((double) Files.size(small) / Files.size(whole)).isLessThan(0.75);
      assertThat(controller.compressionRate().orElseThrow()).isBetween(0.3, 0.9);
      assertThat(controller.statistics().toString()).contains("/blocks.4/mlp/mlp.3/MatMul");
      assertThat(controller.loss()).isEmpty();
      for (String name : scores(model)) {
        assertThat(Math.abs(model.session().state().read(name).floatAt(0))).isGreaterThan(9e5f);
      }
    }
  }

  /** Single weights, without structure; masks stay as they are after the warm-up. */
  @Test
  void singleWeightsOfAttentionWithStaticShapes() {
    Model whole = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_mha/model.onnx"));
    CompressionController controller =
        create(
            whole,
            movement(", \"enable_structured_masking\": false, \"steps_per_epoch\": 2", ""),
            null);
    try (CompressedModel model = controller.model()) {
      for (String name : scores(model)) {
        Tensor known = model.session().state().read(name);
        float[] values = new float[known.size()];
        for (int index = 0; index < values.length; index++) {
          values[index] = index % 3 == 0 ? 0.5f : -0.5f;
        }
        model.session().state().write(name, Tensor.ofFloats(values, known.shape()));
      }
      for (int step = 0; step < 7; step++) {
        controller.scheduler().step();
      }
      Map<String, Tensor> inputs = new HashMap<>();
      long[] tokens = new long[12];
      java.util.Arrays.setAll(tokens, index -> 7L * index % 100);
      inputs.put("input", Tensor.ofLongs(tokens, 1, 12));
      assertSame(run(controller.strip(), inputs), evaluate(controller, inputs));
      SparsityStatistics statistics = ((MovementSparsityController) controller).statistics();
      assertThat(statistics.ofLayers()).isCloseTo(2 / 3.0, within(0.001));
      assertThat(statistics.layers()).hasSizeGreaterThanOrEqualTo(5);
    }
  }

  /** A head whose columns the projection behind it no longer reads goes, and nothing else. */
  @Test
  void aHeadOfWhichNothingIsReadGoes() {
    Model whole = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_mha/model.onnx"));
    CompressionController controller =
        create(
            whole,
            movement(
                ", \"steps_per_epoch\": 1",
                """
                , "sparse_structure_by_scopes": [
                    {"mode": "per_dim", "axis": 1, "target_scopes": ["/mha/Gemm"]}]"""),
            null);
    try (CompressedModel model = controller.model()) {
      for (String name : scores(model)) {
        Tensor known = model.session().state().read(name);
        float[] values = new float[known.size()];
        java.util.Arrays.fill(values, 0.5f);
        if (name.startsWith("mha.out_proj.weight")) {
          assertThat(values).hasSize(48);
          java.util.Arrays.fill(values, 12, 24, -0.5f);
        }
        model.session().state().write(name, Tensor.ofFloats(values, known.shape()));
      }
      for (int step = 0; step < 4; step++) {
        controller.scheduler().step();
      }
      assertThat(((MovementSparsityController) controller).removedUnits()).isOne();
      Model stripped = controller.strip();
      assertThat(widths(stripped, "/mha/MatMul", 1)).containsExactly(144L - 36);
      assertThat(widths(stripped, "/l1/", 1)).containsExactly(96L);
      long[] tokens = new long[12];
      java.util.Arrays.setAll(tokens, index -> 5L * index % 100);
      Map<String, Tensor> inputs = Map.of("input", Tensor.ofLongs(tokens, 1, 12));
      assertSame(run(stripped, inputs), evaluate(controller, inputs));
    }
  }

  private static List<String> scores(CompressedModel model) {
    return model.session().state().byName().keySet().stream()
        .filter(name -> name.endsWith(".importance"))
        .toList();
  }

  private static Model linear() {
    return GraphBuilder.network(
        "linear",
        1,
        "x",
        Shape.of(Dimension.symbol("batch"), Dimension.of(6)),
        new Linear("fc", 6, 4),
        "y");
  }

  /** Gradients and loss, held against the formulas written out. */
  @Test
  void scoresLearnStraightThroughTheComparison() {
    String blocks =
        """
        , "compression_lr_multiplier": 2, "sparse_structure_by_scopes": [
            {"mode": "block", "sparse_factors": [2, 3], "target_scopes": ["{re}.*"]}]""";
    CompressionController controller =
        create(
            linear(),
            movement(
                ", \"enable_structured_masking\": false, \"init_importance_threshold\": -1,"
                    + " \"steps_per_epoch\": 1",
                blocks),
            null);
    try (CompressedModel model = controller.model()) {
      TrainingState state = model.session().state();
      float[] scores = {0.5f, -2, -3, 0.25f};
      float[] biasScores = {-2, 1};
      state.write("fc.weight.importance", Tensor.ofFloats(scores, 2, 2));
      state.write("fc.bias.importance", Tensor.ofFloats(biasScores, 2));
      state.write("fc.bias", Tensor.ofFloats(new float[] {0.1f, 0.2f, 0.3f, 0.4f}, 4));
      controller.scheduler().step();
      controller.scheduler().step();
      controller.scheduler().step();
      // One half of the warm-up: the threshold has come from -1 to -1/8, the penalty to 7/8.
      double threshold = -0.125;
      double penalty = 0.02 * 0.875;
      Tensor x = Tensor.ofFloats(new float[] {1, -2, 3, 0.5f, 2, -1}, 1, 6);
      float[] weight = state.read("fc.weight").toFloats();
      float[] bias = state.read("fc.bias").toFloats();
      double[] y = new double[4];
      for (int output = 0; output < 4; output++) {
        y[output] = biasScores[output / 2] > threshold ? bias[output] : 0;
        for (int input = 0; input < 6; input++) {
          boolean isKept = scores[output / 2 * 2 + input / 3] > threshold;
          y[output] += isKept ? weight[output * 6 + input] * x.floatAt(input) : 0;
        }
      }
      model.session().setTraining(true);
      double added;
      try (Outputs outputs = model.session().forward(Map.of("x", x));
          org.bytedeco.pytorch.Tensor half = torch.mul(outputs.first(), new Scalar(0.5));
          org.bytedeco.pytorch.Tensor square = torch.mul(half, outputs.first());
          org.bytedeco.pytorch.Tensor sum = torch.sum(square);
          org.bytedeco.pytorch.Tensor loss = controller.loss().orElseThrow();
          org.bytedeco.pytorch.Tensor total = torch.add(sum, loss)) {
        assertThat(outputs.read("y").floatAt(1)).isCloseTo((float) y[1], within(1e-5f));
        added = loss.item_double();
        total.backward();
      }
      double mean = 0;
      for (float score : scores) {
        mean += sigmoid(score) / 4;
      }
      double biasMean = (sigmoid(biasScores[0]) + sigmoid(biasScores[1])) / 2;
      assertThat(added).isCloseTo(penalty * 0.5 * (mean * 6 + biasMean * 2), within(1e-6));
      double[] expected = new double[4];
      for (int output = 0; output < 4; output++) {
        for (int input = 0; input < 6; input++) {
          double gradient = y[output] * x.floatAt(input);
          int block = output / 2 * 2 + input / 3;
          expected[block] += 2 * gradient * weight[output * 6 + input];
          assertThat((double) state.readGradient("fc.weight").floatAt(output * 6 + input))
              .isCloseTo(scores[block] > threshold ? gradient : 0, within(1e-4));
        }
      }
      for (int block = 0; block < 4; block++) {
        double slope = sigmoid(scores[block]) * (1 - sigmoid(scores[block]));
        assertThat((double) state.readGradient("fc.weight.importance").floatAt(block))
            .isCloseTo(expected[block] + 2 * penalty * 0.5 * 6 * slope / 4, within(1e-4));
      }
    }
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }

  /** The recorded thresholds, penalties and stages of NNCF. */
  @Test
  void theScheduleIsThatOfNncf() throws IOException {
    Path file = SharedFiles.oracle("pruning/schedules_movement.json");
    for (JsonNode recorded : new JsonMapper().readTree(Files.readString(file))) {
      String compression =
          "{\"algorithm\": \"movement_sparsity\", \"params\": " + recorded.get("params") + "}";
      NNCFConfig config = NNCFConfig.fromText("{\"compression\": " + compression + "}");
      MovementScheduler scheduler =
          new MovementScheduler(
              MovementOptions.of(config.algorithms().get(0)), () -> 0, value -> {}, () -> {});
      for (JsonNode call : recorded.get("calls")) {
        if (call.get("call").asText().equals("step")) {
          scheduler.step();
        } else {
          scheduler.epochStep();
        }
        String where = compression + " " + call;
        assertThat(scheduler.stage().ordinal()).as(where).isEqualTo(call.get("stage").asInt());
        assertThat(scheduler.penalty())
            .as(where)
            .isCloseTo(call.get("factor").asDouble(), within(1e-9));
        if (call.get("threshold").isTextual()) {
          assertThat(scheduler.threshold()).as(where).isEqualTo(Double.NEGATIVE_INFINITY);
        } else {
          assertThat(scheduler.threshold())
              .as(where)
              .isCloseTo(call.get("threshold").asDouble(), within(1e-9));
        }
      }
      MovementScheduler restored =
          new MovementScheduler(
              MovementOptions.of(config.algorithms().get(0)), () -> 0, value -> {}, () -> {});
      restored.loadState(scheduler.state());
      assertThat(restored.threshold()).isEqualTo(scheduler.threshold());
      assertThat(restored.stage()).isEqualTo(scheduler.stage());
    }
  }

  /** Beside quantization, and on from a checkpoint in the middle of the warm-up. */
  @Test
  void composesWithQuantizationAndGoesOnFromACheckpoint() {
    String compression =
        "["
            + movement("", BLOCKS)
            + ", {\"algorithm\": \"quantization\", \"initializer\":"
            + " {\"batchnorm_adaptation\": {\"num_bn_adaptation_samples\": 0}}}]";
    NNCFConfig config = NNCFConfig.fromText("{\"compression\": " + compression + "}");
    config.registerExtraStructs(List.of(new ExtraStruct.QuantizationRangeInitArgs(samples())));
    CompressionController controller =
        CompressedModels.createCompressedModel(
            vit(), config, null, TrainingOptions.defaults().withThreads(1), false);
    Map<String, Tensor> inputs = Map.of("input", batch(99).images());
    Map<String, Tensor> tensors = new HashMap<>();
    CompressionState state;
    Tensor before;
    try (CompressedModel model = controller.model()) {
      train(controller, 2);
      before = evaluate(controller, inputs);
      state = CompressionState.fromJson(controller.compressionState().toJson());
      for (String name : model.session().state().byName().keySet()) {
        tensors.put(name, model.session().state().read(name));
      }
    }
    NNCFConfig again = NNCFConfig.fromText("{\"compression\": " + compression + "}");
    again.registerExtraStructs(List.of(new ExtraStruct.QuantizationRangeInitArgs(samples())));
    CompressionController restored =
        CompressedModels.createCompressedModel(
            vit(), again, state, TrainingOptions.defaults().withThreads(1), false);
    try (CompressedModel model = restored.model()) {
      tensors.forEach(model.session().state()::write);
      assertThat(evaluate(restored, inputs)).isEqualTo(before);
      assertThat(restored.compressionState().toJson()).isEqualTo(state.toJson());
      train(restored, 2);
      assertThat(restored.part(MovementSparsityController.class).orElseThrow().removedUnits())
          .isGreaterThan(100);
      Tensor masked = evaluate(restored, inputs);
      Model stripped = restored.strip();
      assertThat(stripped.graph().nodes()).anyMatch(node -> node.is("DequantizeLinear"));
      Tensor found = run(stripped, inputs);
      double largest = 0;
      double difference = 0;
      for (int index = 0; index < found.size(); index++) {
        largest = Math.max(largest, Math.abs(masked.floatAt(index)));
        difference = Math.max(difference, Math.abs(found.floatAt(index) - masked.floatAt(index)));
      }
      assertThat(difference / largest).isLessThan(0.05);
    }
  }

  private static CalibrationSamples samples() {
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      float[] one = java.util.Arrays.copyOf(batch(200 + seed).images().toFloats(), 3 * 32 * 32);
      inputs.add(Map.of("input", Tensor.ofFloats(one, 1, 3, 32, 32)));
    }
    return CalibrationSamples.of(new Dataset<>(inputs, each -> each), inputs.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"warmup_start_epoch\": 3#\"warmup_end_epoch\": 2##warmup_end_epoch#allowed: more than",
        "\"warmup_start_epoch\": 0#\"warmup_end_epoch\": 2##steps_per_epoch#found nothing",
        "\"warmup_start_epoch\": -1#\"warmup_end_epoch\": 2##warmup_start_epoch#found -1",
        "\"warmup_start_epoch\": 1#\"warmup_end_epoch\": 2, \"power\": 0##power#found 0.0",
        "\"warmup_start_epoch\": 1#\"warmup_end_epoch\": 2#{\"mode\": \"block\","
            + " \"target_scopes\": \"{re}.*\"}#sparse_factors#two whole numbers",
        "\"warmup_start_epoch\": 1#\"warmup_end_epoch\": 2#{\"mode\": \"per_dim\","
            + " \"target_scopes\": \"{re}.*\"}#axis#found nothing",
        "\"warmup_start_epoch\": 1#\"warmup_end_epoch\": 2#{\"mode\": \"block\","
            + " \"sparse_factors\": [5, 1], \"target_scopes\": \"{re}.*\"}#sparse_factors#4 outputs",
        "\"warmup_start_epoch\": 1#\"warmup_end_epoch\": 2#{\"mode\": \"per_dim\", \"axis\": 0,"
            + " \"sparse_factors\": [2, 1], \"target_scopes\": \"{re}.*\"}#sparse_factors#mode block",
        "\"warmup_start_epoch\": 1#\"warmup_end_epoch\": 2#{\"mode\": \"fine\","
            + " \"target_scopes\": \"{re}.*\"}, {\"mode\": \"fine\", \"target_scopes\":"
            + " \"{re}.*\"}#target_scopes#one of them",
        "\"warmup_start_epoch\": 1#\"warmup_end_epoch\": 2, \"enable_structured_masking\": true##"
            + "enable_structured_masking#nothing to work on",
      })
  void badValuesAreNamed(String what) {
    String[] parts = what.split("#");
    String compression =
        """
        {"algorithm": "movement_sparsity",
         "params": {%s, %s, "importance_regularization_factor": 0.1},
         "sparse_structure_by_scopes": [%s]}"""
            .formatted(parts[0], parts[1], parts[2]);
    assertThatThrownBy(() -> create(linear(), compression, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(parts[3])
        .hasMessageContaining(parts[4]);
  }

  @Test
  void withoutParametersOrBesideOthersItIsRefused() {
    assertThatThrownBy(() -> create(linear(), "{\"algorithm\": \"movement_sparsity\"}", null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("params")
        .hasMessageContaining("warmup_start_epoch");
    for (String other : List.of("magnitude_sparsity", "filter_pruning")) {
      String both = "[" + movement("", "") + ", {\"algorithm\": \"" + other + "\"}]";
      assertThatThrownBy(() -> create(linear(), both, null))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("movement_sparsity")
          .hasMessageContaining("exclude each other");
    }
  }
}
