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
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.RandomState;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.learning.ParameterGroups;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Masks that are learned under a loss ({@code rb_sparsity}), and batch-norm after masking. */
class LearnedSparsityTest {
  private static final String ADAPTIVE =
      """
      {"algorithm": "rb_sparsity", "sparsity_init": 0.2,
       "params": {"schedule": "adaptive", "sparsity_target": 0.4}}""";
  private static final String HALF =
      """
      {"algorithm": "rb_sparsity", "sparsity_init": 0.5%s,
       "params": {"sparsity_target": 0.5, "sparsity_target_epoch": 0,
                  "sparsity_freeze_epoch": 2%s}}""";

  private static NNCFConfig config(String compression) {
    NNCFConfig config = NNCFConfig.fromText("{\"compression\": " + compression + "}");
    config.registerExtraStructs(
        List.of(
            new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(8)),
            new ExtraStruct.BNAdaptationInitArgs(SmallNetwork.samples(8))));
    return config;
  }

  private static CompressionController create(
      String compression, @Nullable CompressionState state) {
    return CompressedModels.createCompressedModel(
        SmallNetwork.model(),
        config(compression),
        state,
        TrainingOptions.defaults().withThreads(1),
        false);
  }

  private static String half(String own, String params) {
    return HALF.formatted(own, params);
  }

  private static List<String> logits(CompressedModel model) {
    return model.session().state().byName().keySet().stream()
        .filter(name -> name.endsWith(".mask"))
        .toList();
  }

  private static double loss(CompressionController controller) {
    try (org.bytedeco.pytorch.Tensor loss = controller.loss().orElseThrow()) {
      return loss.item_double();
    }
  }

  private static void write(CompressedModel model, String name, float value) {
    Tensor known = model.session().state().read(name);
    float[] values = new float[known.size()];
    Arrays.fill(values, value);
    model.session().state().write(name, Tensor.ofFloats(values, known.shape()));
  }

  @Test
  void theLossMeasuresHowFarTheMasksAreFromTheLevel() {
    CompressionController controller = create(half("", ""), null);
    CompressionController layers =
        create(half("", ", \"sparsity_level_setting_mode\": \"local\""), null);
    try (CompressedModel model = controller.model();
        CompressedModel other = layers.model()) {
      assertThat(loss(controller)).as("all kept: (0.5 / 0.05)²").isCloseTo(100, within(1e-3));
      assertThat(loss(layers)).as("three layers: (1.5 / 0.05)²").isCloseTo(900, within(1e-2));
      assertThat(logits(model)).hasSize(3);
      for (String name : logits(model)) {
        write(model, name, -0.3f);
      }
      assertThat(loss(controller)).as("none kept").isCloseTo(100, within(1e-3));
      assertThat(other.compressionParameters()).hasSize(3);
    }
  }

  @Test
  void inEvaluationALogitOfMoreThanZeroKeepsItsWeight() {
    CompressionController controller = create(half("", ""), null);
    try (CompressedModel model = controller.model()) {
      String mask = logits(model).get(0);
      Tensor known = model.session().state().read(mask);
      float[] values = new float[known.size()];
      for (int index = 0; index < values.length; index++) {
        values[index] = new float[] {0.3f, 0, -0.3f}[index % 3];
      }
      model.session().state().write(mask, Tensor.ofFloats(values, known.shape()));
      Model stripped = controller.strip(model.session().snapshot());
      String weight = mask.substring(0, mask.length() - ".mask".length());
      float[] kept = stripped.graph().constants().get(weight).toFloats();
      for (int index = 0; index < kept.length; index++) {
        assertThat(kept[index] != 0).as("weight " + index).isEqualTo(index % 3 == 0);
      }
      SmallNetwork.Labelled batch = SmallNetwork.batch(1);
      try (Outputs outputs = model.evaluate(Map.of("x", batch.images()))) {
        assertThat(outputs.read("logits").toFloats()).isNotEmpty();
      }
      assertThat(stripped.graph().nodes()).noneMatch(node -> node.type().equals("MaskedWeight"));
    }
  }

  @Test
  void trainingComesToTheLevelAndFreezes() {
    RandomState.seed(7);
    CompressionController controller = create(half("", ""), null);
    SmallNetwork.Labelled batch = SmallNetwork.batch(1);
    try (CompressedModel model = controller.model();
        ParameterGroups optimizer =
            new ParameterGroups(
                0.01,
                List.of(
                    new ParameterGroups.Group(
                        new StochasticGradientDescent(
                            model.parameters(), StochasticGradientDescent.Options.of(0.01)),
                        1),
                    new ParameterGroups.Group(
                        new StochasticGradientDescent(
                            model.compressionParameters(),
                            StochasticGradientDescent.Options.of(0.01)),
                        400)))) {
      TrainingStep step = new TrainingStep(model.session(), optimizer, 0);
      controller.scheduler().epochStep();
      for (int count = 0; count < 150; count++) {
        controller.scheduler().step();
        step.runClassifier(Map.of("x", batch.images()), batch.labels(), controller::loss);
      }
      LearnedSparsityController learned =
          controller.part(LearnedSparsityController.class).orElseThrow();
      assertThat(learned.measured()).isCloseTo(0.5, within(0.15));
      controller.scheduler().epochStep();
      assertThat(controller.loss().isPresent()).isTrue();
      closeLoss(controller);
      controller.scheduler().epochStep();
      assertThat(controller.loss()).as("frozen").isEmpty();
      double frozen = learned.measured();
      step.runClassifier(Map.of("x", batch.images()), batch.labels(), controller::loss);
      assertThat(learned.measured()).isEqualTo(frozen);
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.FULLY_COMPRESSED);
    }
  }

  private static void closeLoss(CompressionController controller) {
    controller.loss().ifPresent(org.bytedeco.pytorch.Tensor::close);
  }

  @Test
  void aMultiplierOfZeroKeepsTheLogits() {
    CompressionController controller = create(half(", \"compression_lr_multiplier\": 0", ""), null);
    SmallNetwork.Labelled batch = SmallNetwork.batch(1);
    try (CompressedModel model = controller.model();
        StochasticGradientDescent optimizer =
            new StochasticGradientDescent(
                model.compressionParameters(), StochasticGradientDescent.Options.of(10))) {
      TrainingStep step = new TrainingStep(model.session(), optimizer, 0);
      step.runClassifier(Map.of("x", batch.images()), batch.labels(), controller::loss);
      for (String name : logits(model)) {
        for (float value : model.session().state().read(name).toFloats()) {
          assertThat(value).isEqualTo(LearnedSparsityController.FIRST_LOGIT);
        }
      }
    }
  }

  @Test
  void aCheckpointGoesOnFromItsLevelAndItsMasks() {
    CompressionController controller = create(half("", ""), null);
    Map<String, Tensor> tensors = new HashMap<>();
    CompressionState state;
    try (CompressedModel model = controller.model()) {
      write(model, logits(model).get(0), -1);
      for (int epoch = 0; epoch < 3; epoch++) {
        controller.scheduler().epochStep();
      }
      state = CompressionState.fromJson(controller.compressionState().toJson());
      for (String name : model.session().state().byName().keySet()) {
        tensors.put(name, model.session().state().read(name));
      }
    }
    CompressionController restored = create(half("", ""), state);
    try (CompressedModel model = restored.model()) {
      tensors.forEach(model.session().state()::write);
      assertThat(restored.scheduler().currentEpoch()).isEqualTo(2);
      assertThat(restored.loss()).as("still frozen").isEmpty();
      assertThat(restored.statistics().toString()).contains("Sparsity level");
    }
  }

  /** The recorded levels of NNCF. */
  @Test
  void theAdaptiveScheduleRisesWhenTheModelHasFollowed() {
    double[] observed = {0.3, 0.2, 0.22, 0.31, 0.34, 0.37, 0.48};
    double[] expected = {0.25, 0.25, 0.3, 0.35, 0.4, 0.4, 0.4};
    int[] at = {0};
    List<Double> levels = new ArrayList<>();
    SparsityScheduler scheduler =
        new SparsityScheduler(
            SparsitySchedule.of(config(ADAPTIVE).algorithms().get(0), true),
            levels::add,
            () -> {},
            () -> observed[at[0]]);
    for (; at[0] < observed.length; at[0]++) {
      scheduler.epochStep();
      assertThat(levels.get(at[0])).isCloseTo(expected[at[0]], within(1e-9));
    }
    assertThat(scheduler.state()).containsEntry("num_bad_epochs", 0L);
    assertThatThrownBy(() -> create(ADAPTIVE.replace("rb_", "magnitude_"), null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("adaptive");
  }

  @Test
  void batchNormAdaptsToMaskedWeightsWhenAsked() {
    String sparse = "{\"algorithm\": \"magnitude_sparsity\", \"sparsity_init\": 0.7%s}";
    CompressionController plain = create(sparse.formatted(""), null);
    CompressionController adapted =
        create(
            sparse.formatted(
                ", \"initializer\": {\"batchnorm_adaptation\": {\"num_bn_adaptation_samples\": 8}}"),
            null);
    try (CompressedModel one = plain.model();
        CompressedModel other = adapted.model()) {
      String mean = "bn2.running_mean";
      assertThat(other.session().state().read(mean)).isNotEqualTo(one.session().state().read(mean));
      Tensor before = other.session().state().read(mean);
      adapted.adjustable().orElseThrow().setRate(0.2);
      assertThat(other.session().state().read(mean)).isNotEqualTo(before);
    }
    NNCFConfig without =
        NNCFConfig.fromText(
            "{\"compression\": "
                + sparse.formatted(
                    ", \"initializer\": {\"batchnorm_adaptation\": {\"num_bn_adaptation_samples\": 8}}")
                + "}");
    assertThatThrownBy(
            () ->
                CompressedModels.createCompressedModel(
                    SmallNetwork.model(), without, null, TrainingOptions.defaults(), false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("BNAdaptationInitArgs");
  }
}
