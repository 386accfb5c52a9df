package io.nncf4j.compression.training.sparsity;

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
import io.nncf4j.compression.training.quantization.QuantizationController;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.learning.ParameterGroups;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sparsity and distillation, alone and with quantization. */
class SparsityTest {
  private static NNCFConfig config(String compression) {
    NNCFConfig config = NNCFConfig.fromText("{\"compression\": " + compression + "}");
    config.registerExtraStructs(
        List.of(
            new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(8)),
            new ExtraStruct.BNAdaptationInitArgs(SmallNetwork.samples(8))));
    return config;
  }

  private static CompressionController create(NNCFConfig config, @Nullable CompressionState state) {
    return CompressedModels.createCompressedModel(
        SmallNetwork.model(), config, state, TrainingOptions.defaults().withThreads(1), false);
  }

  private static double zeros(Tensor tensor) {
    int count = 0;
    for (float value : tensor.toFloats()) {
      count += value == 0 ? 1 : 0;
    }
    return (double) count / tensor.size();
  }

  /** The recorded levels of NNCF for five epochs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "polynomial  | 0.1 | 0.5 | 3 | 2 | false | 0.1 0.144444 0.277778 0.5 0.5",
        "polynomial  | 0.1 | 0.5 | 3 | 2 | true  | 0.1 0.322222 0.455556 0.5 0.5",
        "polynomial  | 0.2 | 0.6 | 2 | 1 | true  | 0.2 0.4 0.6 0.6 0.6",
        "exponential | 0.2 | 0.6 | 2 | 1 | true  | 0.2 0.4343145 0.6 0.6 0.6",
        "multistep   | 0   | 0   | 0 | 1 | true  | 0.2 0.2 0.4 0.5 0.6"
      })
  void schedulesFollowTheRecordedLevels(
      String kind,
      double start,
      double target,
      int epochs,
      double power,
      boolean concave,
      String levels) {
    SparsitySchedule schedule =
        new SparsitySchedule(
            SparsitySchedule.Kind.valueOf(kind.toUpperCase(java.util.Locale.ROOT)),
            start,
            target,
            epochs,
            power,
            concave,
            List.of(2.0, 3.0, 4.0),
            List.of(0.2, 0.4, 0.5, 0.6),
            100,
            0,
            1);
    String[] expected = levels.split(" ");
    for (int epoch = 0; epoch < expected.length; epoch++) {
      assertThat(schedule.level(epoch))
          .as("epoch " + epoch)
          .isCloseTo(Double.parseDouble(expected[epoch]), within(1e-5));
    }
  }

  @Test
  void theSmallestWeightsAreMaskedAndLeftOutOfTheModel() {
    NNCFConfig config =
        config(
            """
            {"algorithm": "magnitude_sparsity", "sparsity_init": 0.25,
             "params": {"schedule": "multistep", "multistep_steps": [1],
                        "multistep_sparsity_levels": [0.25, 0.5], "weight_importance": "abs"},
             "ignored_scopes": ["{re}fc"]}""");
    CompressionController controller = create(config, null);
    try (CompressedModel model = controller.model()) {
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.PARTIALLY_COMPRESSED);
      SparsityStatistics statistics = (SparsityStatistics) controller.statistics();
      assertThat(statistics.ofLayers()).isCloseTo(0.25, within(0.01));
      assertThat(statistics.layers()).hasSize(2);
      controller.scheduler().epochStep();
      controller.scheduler().epochStep();
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.FULLY_COMPRESSED);
      assertThat(((SparsityStatistics) controller.statistics()).ofLayers())
          .isCloseTo(0.5, within(0.01));
      assertThat(controller.statistics().toString()).contains("Sparsity level of the whole model");
      Model stripped = controller.strip(model.session().snapshot());
      assertThat(stripped.graph().nodes()).noneMatch(node -> node.type().equals("MaskedWeight"));
      double share = 0;
      for (String name : List.of("conv1.weight", "conv2.weight")) {
        Tensor weight = stripped.graph().constants().get(name);
        share += zeros(weight) * weight.size();
      }
      assertThat(share / (8 * 3 * 9 + 8 * 8 * 9)).isCloseTo(0.5, within(0.01));
    }
  }

  /** Two of each four weights along the inputs are zero; three inputs make no block of four. */
  @Test
  void patternsOfTwoInFour() {
    NNCFConfig config =
        config(
            """
            {"algorithm": "magnitude_sparsity",
             "params": {"sparsity_level_setting_mode": "2:4"}}""");
    CompressionController controller = create(config, null);
    try (CompressedModel model = controller.model()) {
      SparsityStatistics statistics = (SparsityStatistics) controller.statistics();
      assertThat(statistics.layers()).extracting(SparsityStatistics.Layer::level).containsOnly(0.5);
      assertThat(statistics.layers()).hasSize(2);
      controller.scheduler().epochStep();
      Model stripped = controller.strip(model.session().snapshot());
      Tensor before = model.original().graph().constants().get("conv2.weight");
      Tensor after = stripped.graph().constants().get("conv2.weight");
      for (int filter = 0; filter < 8; filter++) {
        for (int first = 0; first < 8; first += 4) {
          for (int place = 0; place < 9; place++) {
            int zeros = 0;
            float largestGone = 0;
            float leastKept = Float.MAX_VALUE;
            for (int input = first; input < first + 4; input++) {
              int at = (filter * 8 + input) * 9 + place;
              float magnitude = Math.abs(before.floatAt(at));
              if (after.floatAt(at) == 0) {
                zeros++;
                largestGone = Math.max(largestGone, magnitude);
              } else {
                leastKept = Math.min(leastKept, magnitude);
              }
            }
            assertThat(zeros).isEqualTo(2);
            assertThat(largestGone).isLessThanOrEqualTo(leastKept);
          }
        }
      }
    }
    assertThatThrownBy(
            () ->
                create(
                    config(
                        """
                        {"algorithm": "magnitude_sparsity",
                         "params": {"sparsity_level_setting_mode": "4:4"}}"""),
                    null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("4:4");
  }

  @Test
  void severalAlgorithmsShareAModel() {
    NNCFConfig config =
        config(
            """
            [{"algorithm": "quantization",
              "initializer": {"batchnorm_adaptation": {"num_bn_adaptation_samples": 8}}},
             {"algorithm": "magnitude_sparsity", "sparsity_init": 0.5},
             {"algorithm": "knowledge_distillation", "type": "softmax", "temperature": 2}]""");
    CompressionController controller = create(config, null);
    SmallNetwork.Labelled batch = SmallNetwork.batch(1);
    float[] before;
    CompressionState state;
    Map<String, Tensor> tensors = new java.util.HashMap<>();
    try (CompressedModel model = controller.model();
        ParameterGroups optimizer =
            new ParameterGroups(
                0.01,
                List.of(
                    new ParameterGroups.Group(
                        new StochasticGradientDescent(
                            model.parameters(), StochasticGradientDescent.Options.of(0.01)),
                        1)))) {
      TrainingStep step = new TrainingStep(model.session(), optimizer, 0);
      controller.scheduler().epochStep();
      double plain = step.runClassifier(Map.of("x", batch.images()), batch.labels());
      double taught =
          step.runClassifier(Map.of("x", batch.images()), batch.labels(), controller::loss);
      assertThat(taught).as("with the teacher's loss").isGreaterThan(plain);
      assertThat(controller.part(QuantizationController.class)).isPresent();
      assertThat(controller.statistics().toString()).contains("Sparsity level", "uantiz");
      Model stripped = controller.strip();
      assertThat(stripped.graph().nodes())
          .anyMatch(node -> node.is("QuantizeLinear"))
          .noneMatch(node -> node.operator().domain().equals("io.nncf4j"));
      try (Outputs outputs = model.evaluate(Map.of("x", batch.images()))) {
        before = outputs.read("logits").toFloats();
      }
      state = CompressionState.fromJson(controller.compressionState().toJson());
      model
          .session()
          .state()
          .byName()
          .keySet()
          .forEach(name -> tensors.put(name, model.session().state().read(name)));
    }
    CompressionController restored = create(config, state);
    try (CompressedModel model = restored.model()) {
      tensors.forEach(model.session().state()::write);
      assertThat(restored.scheduler().currentEpoch()).isEqualTo(0);
      try (Outputs outputs = model.evaluate(Map.of("x", batch.images()))) {
        assertThat(outputs.read("logits").toFloats()).isEqualTo(before);
      }
    }
  }

  @Test
  void scopesAndKindsThatDoNotFitAreNamed() {
    assertThatThrownBy(
            () ->
                create(
                    config("{\"algorithm\": \"const_sparsity\", \"target_scopes\": [\"conv9\"]}"),
                    null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("conv9");
    assertThatThrownBy(
            () ->
                create(
                    config(
                        "{\"algorithm\": \"knowledge_distillation\", \"type\": \"mse\","
                            + " \"temperature\": 2}"),
                    null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("temperature");
  }

  /** Frozen layers keep all their weights; with single bits they could not adapt. */
  @Test
  void frozenLayersAreLeftAsTheyAre() {
    TrainingOptions training =
        TrainingOptions.defaults().withThreads(1).withTrained(name -> !name.contains("conv1"));
    CompressionController controller =
        CompressedModels.createCompressedModel(
            SmallNetwork.model(),
            config("{\"algorithm\": \"magnitude_sparsity\", \"sparsity_init\": 0.5}"),
            null,
            training,
            false);
    try (CompressedModel model = controller.model()) {
      assertThat(((SparsityStatistics) controller.statistics()).layers())
          .extracting(SparsityStatistics.Layer::name)
          .hasSize(2)
          .noneMatch(name -> name.startsWith("conv1"));
      assertThat(controller.strip(model.session().snapshot()).graph().constant("conv1.weight"))
          .isEqualTo(SmallNetwork.model().graph().constant("conv1.weight"));
    }
    assertThatThrownBy(
            () ->
                CompressedModels.createCompressedModel(
                    SmallNetwork.model(),
                    config("{\"algorithm\": \"binarization\"}"),
                    null,
                    training,
                    false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("conv1")
        .hasMessageContaining("frozen");
  }
}
