package io.nncf4j.compression.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NNCFConfigTest {
  @Test
  void aMisspeltKeyNamesAlgorithmPathAndTheRightKey() {
    assertThatThrownBy(
            () ->
                NNCFConfig.fromText(
                    """
                    {"compression": [{"algorithm": "rb_sparsity"},
                      {"algorithm": "quantization", "weights": {"bitz": 4}}]}"""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("compression[1].weights (quantization)")
        .hasMessageContaining("unknown key \"bitz\", did you mean \"bits\"?")
        .hasMessageContaining("per_channel");
  }

  @Test
  void allProblemsComeAtOnce() {
    assertThatThrownBy(
            () ->
                NNCFConfig.fromText(
                    """
                    {"target_device": "CPUU", "log_dir": 3, "compression": [
                      {"algorithm": "quantizaton"},
                      {"algorithm": "filter_pruning", "params": {"schedule": "linear"}, "x": 1}]}"""))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(ConfigProblem::path)
                    .containsExactlyInAnyOrder(
                        "target_device",
                        "log_dir",
                        "compression[0].algorithm",
                        "compression[1].params.schedule",
                        "compression[1]"))
        .hasMessageContaining("5 problems")
        .hasMessageContaining("did you mean \"CPU\"?")
        .hasMessageContaining("did you mean \"quantization\"?")
        .hasMessageContaining("found 3 (number); allowed: string");
  }

  @Test
  void aMisspeltAlgorithmKeyIsRecognised() {
    assertThatThrownBy(
            () -> NNCFConfig.fromText("{\"compression\": {\"algoritm\": \"quantization\"}}"))
        .hasMessageContaining("\"algorithm\" is missing; is \"algoritm\" meant to be it?");
  }

  @Test
  void commentsAndTrailingCommasArePermitted(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("c.json");
    Files.writeString(file, "// why\n{\"target_device\": \"VPU\", /* old */ }\n");
    assertThat(NNCFConfig.fromJson(file).targetDevice()).isEqualTo(TargetDevice.NPU);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,",
        "nonsense",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "{\"a\": 1e999}",
        "{\"a\": NaN}",
        "\u0000"
      })
  void badTextIsOneClearError(String text) {
    assertThatThrownBy(() -> NNCFConfig.fromText(text))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("The configuration");
  }

  @Test
  void deepAndLongNumbersAreRefused() {
    assertThatThrownBy(() -> NNCFConfig.fromText("[".repeat(100_000)))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> NNCFConfig.fromText("{\"a\": " + "9".repeat(100_000) + "}"))
        .isInstanceOf(InputException.class);
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    assertThatThrownBy(() -> NNCFConfig.fromDict(Map.of("a", cycle)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nested deeper");
  }

  @Test
  void aDictionaryIsCopied() {
    Map<String, Object> values = new HashMap<>();
    values.put("log_dir", "a");
    NNCFConfig config = NNCFConfig.fromDict(values);
    values.put("log_dir", "b");
    assertThat(config.logDirectory()).isEqualTo(Path.of("a"));
  }

  @Test
  void anAlgorithmTwiceIsAnError() {
    assertThatThrownBy(
            () ->
                NNCFConfig.fromText(
                    """
                    {"compression": [{"algorithm": "quantization"},
                      {"algorithm": "quantization"}]}"""))
        .hasMessageContaining("configured twice");
  }

  @Test
  void anAlgorithmMayRedefineAGlobalValue() {
    NNCFConfig config =
        NNCFConfig.fromText(
            """
            {"compression_lr_multiplier": 2, "compression": [
              {"algorithm": "quantization", "compression_lr_multiplier": 0.5},
              {"algorithm": "rb_sparsity"}]}""");
    String name = "compression_lr_multiplier";
    assertThat(config.getRedefinableGlobalParamValueForAlgo(name, "quantization")).contains(0.5);
    assertThat(config.getRedefinableGlobalParamValueForAlgo(name, "rb_sparsity")).contains(2.0);
    assertThat(NNCFConfig.empty().getRedefinableGlobalParamValueForAlgo(name, "x")).isEmpty();
  }

  @Test
  void anExtraStructIsRegisteredOnce() {
    record Data(int number) implements ExtraStruct {}
    NNCFConfig config = NNCFConfig.empty();
    assertThat(config.hasExtraStruct(Data.class)).isFalse();
    assertThatThrownBy(() -> config.getExtraStruct(Data.class)).hasMessageContaining("Data");
    config.registerExtraStructs(List.of(new Data(1)));
    assertThat(config.getExtraStruct(Data.class).number()).isEqualTo(1);
    assertThatThrownBy(() -> config.registerExtraStructs(List.of(new Data(2))))
        .isInstanceOf(NncfException.class)
        .hasMessageContaining("already registered");
  }

  @ParameterizedTest
  @CsvSource({"A,true", "1,false", "{re}\\d,false", "{re}\\w,true", "{re}.*,true", "AB,false"})
  void scopesMatchExactlyOrAnywhere(String scope, boolean matchesSome) {
    List<String> names = List.of("A", "B");
    assertThat(ScopeFilter.unmatched(List.of(scope), names).isEmpty()).isEqualTo(matchesSome);
  }

  @Test
  void targetsAllowAndIgnoredDeny() {
    ScopeFilter filter = new ScopeFilter(List.of("{re}^conv"), List.of("conv2"), true);
    assertThat(List.of("conv1", "conv2", "fc").stream().filter(filter::considers))
        .containsExactly("conv1");
    assertThat(new ScopeFilter(List.of(), List.of(), true).considers("conv1")).isFalse();
    assertThatThrownBy(() -> filter.check(List.of("fc")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("{re}^conv")
        .hasMessageContaining("conv2");
  }

  @Test
  void aHostileScopeEnds() {
    assertThatThrownBy(() -> ScopeFilter.matches("{re}^(.*a){25}b", "a".repeat(60)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("takes too long");
  }

  @Test
  void quantizationIsReadWithAllItsParts() {
    NNCFConfig config =
        NNCFConfig.fromText(
            """
            {"ignored_scopes": "first", "compression": {"algorithm": "quantization",
              "preset": "mixed", "ignored_scopes": ["last"], "overflow_fix": "first_layer_only",
              "weights": {"bits": 4, "per_channel": true, "ignored_scopes": ["odd"]},
              "activations": {"mode": "asymmetric", "signed": false},
              "initializer": {"batchnorm_adaptation": {},
                "range": {"type": "percentile", "params": {"min_percentile": 1}}},
              "scope_overrides": {"weights": {"{re}conv": {"bits": 8}}},
              "params": {"weights_quant_start_epoch": 2}}}""");
    QuantizationConfig read = QuantizationConfig.of(config).orElseThrow();
    assertThat(read.weights().bits()).contains(4);
    assertThat(read.weightScopes().ignored()).containsExactlyInAnyOrder("first", "last", "odd");
    assertThat(read.activationScopes().ignored()).containsExactlyInAnyOrder("first", "last");
    assertThat(read.activations().constraints().symmetric()).isFalse();
    assertThat(read.overflowFix()).isEqualTo(OverflowFix.FIRST_LAYER);
    assertThat(read.batchNormSamples()).contains(2000);
    assertThat(read.ranges())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.type()).isEqualTo(RangeInitializer.Type.PERCENTILE);
              assertThat(rule.minPercentile()).isEqualTo(1);
              assertThat(rule.maxPercentile()).isEqualTo(99.9);
            });
    assertThat(read.weightOverrides().get("{re}conv").bits()).contains(8);
    assertThat(read.staged()).contains(new QuantizationConfig.StagedQuantization(1, 2));
  }

  @Test
  void valuesThatTheSchemaLeavesOpenAreCheckedWhenRead() {
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"compression\": {\"algorithm\": \"quantization\", \"weights\": {\"bits\": 4.5}}}");
    assertThatThrownBy(() -> QuantizationConfig.of(config))
        .hasMessageContaining("compression.weights.bits")
        .hasMessageContaining("found 4.5; allowed: a whole number, 2 to 16");
  }

  @Test
  void theSchemaIsDraft7AndCoversEveryAlgorithm() {
    assertThat(NNCFConfig.schema()).contains("http://json-schema.org/draft-07/schema#");
    ConfigSchema.ALGORITHMS.forEach(
        name -> assertThat(NNCFConfig.schema()).contains("#/definitions/" + name));
  }

  @Test
  void accuracyAwareModesAreRead() {
    NNCFConfig config =
        NNCFConfig.fromText(
            """
            {"accuracy_aware_training": {"mode": "early_exit", "params":
              {"maximal_relative_accuracy_degradation": 1, "maximal_total_epochs": 3}}}""");
    AccuracyAwareConfig read = config.accuracyAwareTraining().orElseThrow();
    assertThat(read.search()).isEmpty();
    assertThat(read.accepts(0.90, 0.892)).isTrue();
    assertThat(read.accepts(0.90, 0.890)).isFalse();
  }

  @Test
  void keysThatSayNothingAreTold() {
    NNCFConfig config =
        NNCFConfig.fromText(
            """
            {"disable_shape_matching": true, "compression": [
              {"algorithm": "quantization", "export_to_onnx_standard_ops": false,
               "activations": {"unified_scale_ops": [["add", "concat"]]},
               "initializer": {"precision": {"type": "manual", "bits": [4, 8],
                 "bitwidth_per_scope": [[4, "conv"]], "eval_subset_ratio": 0.5}}},
              {"algorithm": "magnitude_sparsity", "sparsity_init": 0.1,
               "params": {"sparsity_level_setting_mode": "2:4"}},
              {"algorithm": "filter_pruning", "params": {"load_ranking_coeffs_path": "no.json"}}]}
            """);
    assertThat(config.warnings())
        .hasSize(7)
        .anyMatch(warning -> warning.contains("unified_scale_ops"))
        .anyMatch(warning -> warning.contains("load_ranking_coeffs_path"))
        .anyMatch(warning -> warning.contains("sparsity_init"));
    assertThat(
            NNCFConfig.fromText("{\"compression\": {\"algorithm\": \"quantization\"}}").warnings())
        .isEmpty();
  }
}
