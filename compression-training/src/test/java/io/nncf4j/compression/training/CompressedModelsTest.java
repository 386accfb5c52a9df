package io.nncf4j.compression.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.accuracy.AccuracyAwareTraining;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.quantization.QuantizationController;
import io.nncf4j.compression.training.quantization.TrainedQuantizer;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration makes of a model. */
class CompressedModelsTest {
  private static NNCFConfig config(String quantization) {
    return config("ANY", quantization);
  }

  private static NNCFConfig config(String device, String quantization) {
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"target_device\": \"%s\", \"compression\": {\"algorithm\": \"quantization\"%s}}"
                .formatted(device, quantization.isEmpty() ? "" : ", " + quantization));
    config.registerExtraStructs(
        List.of(
            new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(8)),
            new ExtraStruct.BNAdaptationInitArgs(SmallNetwork.samples(8))));
    return config;
  }

  private static QuantizationController create(NNCFConfig config) {
    return CompressedModels.createCompressedModel(
            SmallNetwork.model(), config, null, TrainingOptions.defaults().withThreads(1), false)
        .part(QuantizationController.class)
        .orElseThrow();
  }

  private static TrainedQuantizer quantizer(QuantizationController controller, String id) {
    return controller.quantizers().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void overflowFixHalvesTheCodesOfWeights() {
    QuantizationController all = create(config(""));
    QuantizationController first = create(config("\"overflow_fix\": \"first_layer_only\""));
    QuantizationController none = create(config("\"overflow_fix\": \"disable\""));
    try (CompressedModel a = all.model();
        CompressedModel b = first.model();
        CompressedModel c = none.model()) {
      assertThat(quantizer(all, "conv2|WEIGHT").range().lowestCode()).isEqualTo(-64);
      assertThat(quantizer(all, "conv2|WEIGHT").range().highestCode()).isEqualTo(63);
      assertThat(quantizer(first, "conv1|WEIGHT").range().levels()).isEqualTo(128);
      assertThat(quantizer(first, "conv2|WEIGHT").range().levels()).isEqualTo(255);
      assertThat(quantizer(none, "conv1|WEIGHT").range().lowestCode()).isEqualTo(-127);
      assertThat(List.of(a.graph(), b.graph(), c.graph())).doesNotContainNull();
    }
  }

  @Test
  void scopesChooseLayersAndOverridesChangeThem() {
    QuantizationController controller =
        create(
            config(
                "TRIAL",
                """
                "ignored_scopes": ["{re}^fc"],
                "scope_overrides": {
                  "weights": {"conv2": {"bits": 4, "per_channel": false}},
                  "activations": {"x|OUTPUT": {"mode": "asymmetric", "bits": 6}}}
                """
                    .replace("x|OUTPUT", "x")));
    try (CompressedModel compressed = controller.model()) {
      assertThat(controller.quantizers())
          .extracting(TrainedQuantizer::id)
          .contains("conv1|WEIGHT", "conv2|WEIGHT")
          .doesNotContain("fc|WEIGHT");
      assertThat(quantizer(controller, "conv2|WEIGHT").range().levels()).isEqualTo(15);
      assertThat(quantizer(controller, "conv2|WEIGHT").channels()).isEqualTo(1);
      assertThat(quantizer(controller, "x|OUTPUT").range().levels()).isEqualTo(64);
      assertThat(quantizer(controller, "x|OUTPUT").range().symmetric()).isFalse();
      assertThat(compressed.compressionParameters()).isNotEmpty();
    }
  }

  @Test
  void clearErrorsForWhatDoesNotFit() {
    assertThatThrownBy(() -> create(config("\"ignored_scopes\": [\"nothing-like-it\"]")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing-like-it");
    assertThatThrownBy(
            () -> create(config("\"scope_overrides\": {\"weights\": {\"no\": {\"bits\": 8}}}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[no]");
    assertThatThrownBy(() -> create(config("CPU", "\"weights\": {\"bits\": 4}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[8, 16]")
        .hasMessageContaining("found 4");
    assertThatThrownBy(
            () ->
                create(
                    config(
                        "\"initializer\": {\"range\": [{\"type\": \"min_max\","
                            + " \"target_scopes\": [\"conv1\"]}]}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("0 rules");
    assertThatThrownBy(() -> create(NNCFConfig.fromText("{}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no algorithm");
    assertThatThrownBy(
            () ->
                create(
                    NNCFConfig.fromText("{\"compression\": {\"algorithm\": \"filter_pruning\"}}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("filter_pruning");
    assertThatThrownBy(
            () ->
                create(NNCFConfig.fromText("{\"compression\": {\"algorithm\": \"quantization\"}}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("QuantizationRangeInitArgs");
  }

  @Test
  void fewBitsThatFilesDoNotKnowAreTold() {
    QuantizationController wide = create(config("\"preset\": \"mixed\""));
    try (CompressedModel compressed = wide.model()) {
      assertThat(wide.findings()).extracting(Finding::code).doesNotContain("stored-in-8-bits");
      assertThat(compressed.compressionParameters()).isNotEmpty();
    }
    QuantizationController narrow =
        create(config("TRIAL", "\"weights\": {\"bits\": 4}, \"activations\": {\"bits\": 6}"));
    try (CompressedModel compressed = narrow.model()) {
      assertThat(narrow.findings())
          .filteredOn(finding -> finding.code().equals("stored-in-8-bits"))
          .singleElement()
          .satisfies(
              finding ->
                  assertThat(finding.nodes())
                      .contains("activation x")
                      .noneMatch(each -> each.startsWith("weight")));
      assertThat(compressed.compressionParameters()).isNotEmpty();
    }
  }

  @Test
  void scopesThatLeaveNothingAreNamed() {
    assertThatThrownBy(() -> create(config("\"target_scopes\": []")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("target_scopes is an empty list");
    assertThatThrownBy(() -> create(config("\"ignored_scopes\": [\"{re}.*\"]")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("target_scopes and ignored_scopes leave out all layers")
        .hasMessageContaining("conv1");
    assertThatThrownBy(
            () ->
                create(
                    NNCFConfig.fromText(
                        """
                        {"compression": {"algorithm": "magnitude_sparsity", "target_scopes": []}}
                        """)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("target_scopes is an empty list");
  }

  @Test
  void refusesWhatIsNotSupportedYet() {
    assertThatThrownBy(
            () -> create(config("\"initializer\": {\"precision\": {\"type\": \"autoq\"}}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("initializer.precision.type")
        .hasMessageContaining("\"autoq\", which is not supported");
    assertThatThrownBy(() -> create(config("\"weights\": {\"logarithm_scale\": true}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("weights.logarithm_scale");
    QuantizationController controller = create(config(""));
    try (CompressedModel compressed = controller.model()) {
      AccuracyAwareConfig search =
          new AccuracyAwareConfig(
              Optional.of(1.0),
              Optional.empty(),
              3,
              Optional.of(new AccuracyAwareConfig.RateSearch(1, 1, 0.1, 0.5, 0.5, 0.1)));
      assertThat(compressed.compressionParameters()).isNotEmpty();
      assertThatThrownBy(() -> new AccuracyAwareTraining(search, controller, line -> {}))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("early_exit");
    }
  }

  @Test
  void widthsAreGivenByHand() {
    QuantizationController controller =
        create(
            config(
                "TRIAL",
                """
                "initializer": {"precision": {"type": "manual",
                    "bitwidth_per_scope": [[4, "conv1|WEIGHT"], [2, "onv2"], [5, "x|OUTPUT"]]}}"""));
    try (CompressedModel compressed = controller.model()) {
      assertThat(bits(controller, "conv1|WEIGHT")).isEqualTo(4);
      assertThat(bits(controller, "conv2|WEIGHT")).isEqualTo(2);
      assertThat(bits(controller, "x|OUTPUT")).isEqualTo(5);
      assertThat(bits(controller, "fc|WEIGHT")).isEqualTo(8);
      assertThat(quantizer(controller, "conv1|WEIGHT").range().highestCode()).isEqualTo(7);
      assertThat(compressed.compressionParameters()).isNotEmpty();
    }
    assertThatThrownBy(
            () ->
                create(
                    config(
                        "TRIAL",
                        "\"initializer\": {\"precision\": {\"bitwidth_per_scope\":"
                            + " [[4, \"conv7\"]]}}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[conv7]")
        .hasMessageContaining("conv1|WEIGHT");
    assertThatThrownBy(
            () ->
                create(
                    config(
                        "\"initializer\": {\"precision\": {\"bitwidth_per_scope\":"
                            + " [[4, \"conv1|WEIGHT\"]]}}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[8, 16]");
  }

  private static int bits(QuantizationController controller, String id) {
    return quantizer(controller, id).placement().quantizer().bits();
  }

  @Test
  void gradientsOfRangesAreChosen() {
    for (RangeGradient gradient : RangeGradient.values()) {
      String name = gradient == RangeGradient.SCALED_STEP ? "lsq" : gradient.name();
      QuantizationController controller =
          create(config("\"range_gradient\": \"%s\"".formatted(name.toLowerCase(Locale.ROOT))));
      try (CompressedModel compressed = controller.model()) {
        assertThat(controller.quantizers())
            .isNotEmpty()
            .allMatch(each -> each.range().gradient() == gradient);
        assertThat(compressed.compressionParameters()).isNotEmpty();
      }
    }
  }

  @Test
  void everyRangeInitializerGivesARange() {
    for (String type :
        List.of(
            "mixed_min_max",
            "min_max",
            "mean_min_max",
            "threesigma",
            "percentile",
            "mean_percentile")) {
      QuantizationController controller =
          create(
              config(
                  "\"initializer\": {\"range\": {\"num_init_samples\": 6, \"type\": \"%s\"}}"
                      .formatted(type)));
      try (CompressedModel compressed = controller.model()) {
        for (TrainedQuantizer quantizer : controller.quantizers()) {
          Tensor high = compressed.session().state().read(quantizer.high());
          assertThat(high.toFloats()).as(type + " " + quantizer.id()).isNotEmpty();
          for (float value : high.toFloats()) {
            assertThat(value).isPositive().isFinite();
          }
        }
      }
    }
  }

  @Test
  void learningRateMultiplierScalesTheGradientsOfRangesOnly() {
    QuantizationController plain = create(config("\"overflow_fix\": \"disable\""));
    QuantizationController slow =
        create(config("\"overflow_fix\": \"disable\", \"compression_lr_multiplier\": 0.5"));
    try (CompressedModel one = plain.model();
        CompressedModel other = slow.model()) {
      assertThat(quantizer(slow, "conv1|WEIGHT").range().gradientFactor()).isEqualTo(0.5);
      assertThat(quantizer(plain, "conv1|WEIGHT").range().gradientFactor()).isEqualTo(1);
      assertThat(other.session().state().entries()).hasSameSizeAs(one.session().state().entries());
    }
  }

  /** Whether a run is interrupted before its quantizers come or not, they start alike. */
  @Test
  void stagedQuantizersStartAlikeAfterAnInterruption() {
    String staged =
        "\"params\": {\"activations_quant_start_epoch\": 1, \"weights_quant_start_epoch\": 1}";
    QuantizationController whole = create(config(staged));
    try (CompressedModel model = whole.model()) {
      whole.scheduler().epochStep();
      Tensor known = model.session().state().read("fc.weight");
      float[] moved = known.toFloats();
      for (int index = 0; index < moved.length; index++) {
        moved[index] *= 3;
      }
      model.session().state().write("fc.weight", Tensor.ofFloats(moved, known.shape()));
      CompressionState state = CompressionState.fromJson(whole.compressionState().toJson());
      QuantizationController resumed =
          CompressedModels.createCompressedModel(
                  SmallNetwork.model(),
                  config(staged),
                  state,
                  TrainingOptions.defaults().withThreads(1),
                  false)
              .part(QuantizationController.class)
              .orElseThrow();
      try (CompressedModel other = resumed.model()) {
        for (String name : model.session().state().byName().keySet()) {
          other.session().state().write(name, model.session().state().read(name));
        }
        whole.scheduler().epochStep();
        resumed.scheduler().epochStep();
        for (String name : model.session().state().byName().keySet()) {
          assertThat(other.session().state().read(name))
              .as(name)
              .isEqualTo(model.session().state().read(name));
        }
      }
    }
  }

  @Test
  void graphsAreDumpedIntoTheLogFolder(@TempDir Path folder) {
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"log_dir\": \"%s\", \"compression\": {\"algorithm\": \"quantization\"}}"
                .formatted(folder.resolve("logs").toString().replace('\\', '/')));
    config.registerExtraStructs(
        List.of(new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(4))));
    QuantizationController controller =
        CompressedModels.createCompressedModel(SmallNetwork.model(), config)
            .part(QuantizationController.class)
            .orElseThrow();
    try (CompressedModel compressed = controller.model()) {
      assertThat(compressed.original()).isNotNull();
      assertThat(folder.resolve("logs/original_graph.dot")).isNotEmptyFile();
      assertThat(folder.resolve("logs/compressed_graph.dot")).isNotEmptyFile();
      assertThat(Files.exists(folder.resolve("logs"))).isTrue();
    }
  }

  @Test
  void earlyExitStopsWhenAccurateEnoughAndKeepsTheBestEpoch() {
    QuantizationController controller = create(config(""));
    try (CompressedModel compressed = controller.model()) {
      AccuracyAwareConfig limit =
          new AccuracyAwareConfig(Optional.of(1.0), Optional.empty(), 10, Optional.empty());
      double[] metrics = {0.5, 0.7, 0.6, 0.8, 0.9955, 0.2};
      int[] at = {0};
      List<String> log = new ArrayList<>();
      AccuracyAwareTraining.Result result =
          new AccuracyAwareTraining(limit, controller, log::add)
              .run(1.0, epoch -> {}, () -> metrics[at[0]++]);
      assertThat(result.isReached()).isTrue();
      assertThat(result.bestEpoch()).isEqualTo(4);
      assertThat(result.compressed()).isCloseTo(0.9955, within(1e-9));
      assertThat(result.relativeDegradation()).isCloseTo(0.45, within(1e-9));
      assertThat(log).hasSize(5).last().asString().contains("accurate enough");
      assertThat(controller.scheduler().currentEpoch()).isEqualTo(3);

      int[] epochs = {0};
      AccuracyAwareConfig strict =
          new AccuracyAwareConfig(Optional.empty(), Optional.of(0.0), 3, Optional.empty());
      double[] falling = {0.5, 0.7, 0.6, 0.55};
      float[][] seen = new float[4][];
      at[0] = 0;
      AccuracyAwareTraining.Result best =
          new AccuracyAwareTraining(strict, controller, line -> {})
              .run(
                  1.0,
                  epoch -> {
                    float[] bias = {epochs[0]++, 0, 0, 0};
                    compressed.session().state().write("fc.bias", Tensor.ofFloats(bias, 4));
                  },
                  () -> {
                    seen[at[0]] = compressed.session().state().read("fc.bias").toFloats();
                    return falling[at[0]++];
                  });
      assertThat(best.isReached()).isFalse();
      assertThat(best.bestEpoch()).isEqualTo(1);
      assertThat(compressed.session().state().read("fc.bias").toFloats()).containsExactly(seen[1]);
    }
  }
}
