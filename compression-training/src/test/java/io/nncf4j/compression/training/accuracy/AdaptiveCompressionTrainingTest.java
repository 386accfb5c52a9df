package io.nncf4j.compression.training.accuracy;

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
import io.nncf4j.compression.training.pruning.FilterPruningController;
import io.nncf4j.compression.training.pruning.FilterPruningStatistics;
import io.nncf4j.core.InputException;
import io.nncf4j.engines.libtorch.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveCompressionTrainingTest {
  private static final String SEARCH =
      """
      "accuracy_aware_training": {"mode": "adaptive_compression_level", "params": {
        "maximal_absolute_accuracy_degradation": 0.1, "initial_training_phase_epochs": 1,
        "patience_epochs": 1, "initial_compression_rate_step": 0.2,
        "minimal_compression_rate_step": 0.04, "maximal_total_epochs": 30}}""";

  private static CompressionController create(NNCFConfig config) {
    config.registerExtraStructs(
        List.of(new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(4))));
    return CompressedModels.createCompressedModel(
        SmallNetwork.model(), config, null, TrainingOptions.defaults().withThreads(1), false);
  }

  /** A model whose accuracy falls from a rate of 0.63 on. */
  @Test
  void findsTheHighestRateThatIsAccurateEnough() {
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"compression\": {\"algorithm\": \"magnitude_sparsity\"}, " + SEARCH + "}");
    CompressionController controller = create(config);
    List<String> log = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    try (CompressedModel model = controller.model()) {
      AdaptiveCompressionTraining.Result result =
          new AdaptiveCompressionTraining(
                  config.accuracyAwareTraining().orElseThrow(), controller, log::add)
              .run(
                  0.9,
                  epoch -> {},
                  () -> controller.compressionRate().orElseThrow() > 0.63 ? 0.7 : 0.85,
                  factors::add);
      assertThat(result.isReached()).isTrue();
      assertThat(result.compressed()).isEqualTo(0.85);
      assertThat(result.rate()).isCloseTo(0.63, within(0.09)).isLessThanOrEqualTo(0.63);
      assertThat(controller.compressionRate().orElseThrow()).isEqualTo(result.rate());
      assertThat(factors).contains(0.5).isSortedAccordingTo((a, b) -> Double.compare(b, a));
      assertThat(log).anyMatch(line -> line.contains("accurate enough"));
    }
  }

  @Test
  void trainsNoMoreEpochsThanAreAllowedInAll() {
    NNCFConfig config =
        NNCFConfig.fromText(
            ("{\"compression\": {\"algorithm\": \"magnitude_sparsity\"}, " + SEARCH + "}")
                .replace("training_phase_epochs\": 1", "training_phase_epochs\": 9")
                .replace("total_epochs\": 30", "total_epochs\": 2"));
    CompressionController controller = create(config);
    List<Long> epochs = new ArrayList<>();
    try (CompressedModel model = controller.model()) {
      assertThat(model.graph()).isNotNull();
      new AdaptiveCompressionTraining(
              config.accuracyAwareTraining().orElseThrow(), controller, line -> {})
          .run(0.9, epoch -> epochs.add((long) epoch), () -> 0.1, factor -> {});
    }
    assertThat(epochs).hasSizeLessThanOrEqualTo(2);
  }

  /** Masks and rate at the end are those of the best rate, in filters and in arithmetic. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pruning_target\": 0.2, \"all_weights\": true, \"prune_first_conv\": true,"
            + " \"pruning_steps\": 2}",
        "{\"pruning_flops_target\": 0.2, \"all_weights\": true, \"prune_first_conv\": true,"
            + " \"pruning_steps\": 2}"
      })
  void searchesTheRateOfPruning(String params) {
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"compression\": {\"algorithm\": \"filter_pruning\", \"params\": "
                + params
                + "}, "
                + SEARCH
                + "}");
    CompressionController controller = create(config);
    try (CompressedModel model = controller.model()) {
      FilterPruningController pruning =
          controller.part(FilterPruningController.class).orElseThrow();
      AdaptiveCompressionTraining.Result result =
          new AdaptiveCompressionTraining(
                  config.accuracyAwareTraining().orElseThrow(), controller, line -> {})
              .run(
                  0.9,
                  epoch -> {},
                  () -> share(pruning.statistics()) > 0.55 ? 0.7 : 0.85,
                  factor -> {});
      assertThat(result.isReached()).isTrue();
      assertThat(result.compressed()).isEqualTo(0.85);
      assertThat(share(pruning.statistics())).isGreaterThan(0.2).isLessThanOrEqualTo(0.55);
      assertThat(pruning.rate()).isCloseTo(result.rate(), within(1e-9));
      assertThat(result.trials()).anyMatch(trial -> trial.budget() < 0);
      assertThat(controller.strip().graph().nodes())
          .noneMatch(node -> node.operator().domain().equals("io.nncf4j"));
    }
  }

  /** A search that begins from the best epoch begins at the rate of that epoch. */
  @Test
  void theRateIsCountedInTheModel() {
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"compression\": {\"algorithm\": \"filter_pruning\", \"params\":"
                + " {\"pruning_target\": 0.5, \"all_weights\": true, \"prune_first_conv\": true, \"pruning_steps\": 4}}, "
                + SEARCH.replace("training_phase_epochs\": 1", "training_phase_epochs\": 2")
                + "}");
    CompressionController controller = create(config);
    try (CompressedModel model = controller.model()) {
      assertThat(model.graph()).isNotNull();
      FilterPruningController pruning =
          controller.part(FilterPruningController.class).orElseThrow();
      AdaptiveCompressionTraining.Result result =
          new AdaptiveCompressionTraining(
                  config.accuracyAwareTraining().orElseThrow(), controller, line -> {})
              .run(0.8, epoch -> {}, () -> 0.9 - pruning.rate(), factor -> {});
      assertThat(result.trials())
          .allSatisfy(trial -> assertThat(trial.metric()).isEqualTo(0.9 - trial.rate()));
      assertThat(result.rate()).isEqualTo(pruning.rate());
      assertThat(result.trials().stream().map(RateSearchProgress.Trial::rate).distinct().count())
          .isGreaterThan(1);
      // The search has decided, below the target of the schedule; a checkpoint keeps that.
      assertThat(result.rate()).isBetween(0.1, 0.2);
      controller.loadState(CompressionState.fromJson(controller.compressionState().toJson()));
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.FULLY_COMPRESSED);
    }
  }

  private static double share(FilterPruningStatistics statistics) {
    return 1 - (double) statistics.current().flops() / statistics.full().flops();
  }

  @Test
  void pruningAndSparsityHaveTwoRates() {
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"compression\": [{\"algorithm\": \"filter_pruning\", \"params\":"
                + " {\"prune_first_conv\": true, \"all_weights\": true}},"
                + " {\"algorithm\": \"magnitude_sparsity\"}], "
                + SEARCH
                + "}");
    assertThatThrownBy(() -> create(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("accuracy_aware_training.mode")
        .hasMessageContaining("one rate");
  }

  @Test
  void quantizationAloneHasNoRate() {
    NNCFConfig config =
        NNCFConfig.fromText("{\"compression\": {\"algorithm\": \"quantization\"}, " + SEARCH + "}");
    assertThatThrownBy(() -> create(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("accuracy_aware_training.mode")
        .hasMessageContaining("[quantization] have none");
  }
}
