package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
  @TempDir private Path folder;

  private CommandRun validate(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("c.json"), json);
    return CommandRun.of("config", "validate", file.toString());
  }

  @Test
  void aValidFileIsNamedWithItsAlgorithms() throws IOException {
    CommandRun run = validate("{\"compression\": {\"algorithm\": \"quantization\"}} // done");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.out()).contains("is valid: quantization for ANY");
  }

  @Test
  void anInvalidFileEndsWithAllProblemsAndCodeTwo() throws IOException {
    CommandRun run =
        validate(
            "{\"compression\": {\"algorithm\": \"quantization\", \"presset\": 1}, \"log_dir\": 1}");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("did you mean \"preset\"?", "log_dir");
  }

  @Test
  void faultsThatTheSchemaCannotTellAreListedTogether() throws IOException {
    CommandRun run =
        validate(
            """
            {"input_info": {"sample_size": [1, -1]},
             "compression": {"algorithm": "quantization",
                             "initializer": {"range": {"num_init_samples": -5}}}}
            """);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("c.json", "sample_size", "num_init_samples");
  }

  private void refused(String json, String... lines) throws IOException {
    CommandRun run = validate(json);
    assertThat(run.exitCode()).as(run.out()).isEqualTo(2);
    assertThat(run.error()).contains("c.json has").contains(lines).doesNotContain("\tat ");
    assertThat(run.error().lines().filter(line -> line.startsWith("  ")))
        .as(run.error())
        .hasSize(lines.length);
  }

  @Test
  void allValuesOfAllAlgorithmsAreListedTogether() throws IOException {
    refused(
        """
        {"compression": [
          {"algorithm": "quantization", "compression_lr_multiplier": -5,
           "weights": {"bits": 4.5, "logarithm_scale": true},
           "initializer": {
             "range": {"type": "percentile",
                       "params": {"min_percentile": 90, "max_percentile": 10}},
             "precision": {"type": "hawq", "bits": [], "num_data_points": 0,
                           "iter_number": -1, "compression_ratio": 99}}},
          {"algorithm": "magnitude_sparsity", "sparsity_init": -1,
           "params": {"schedule": "multistep", "sparsity_target": 7,
                      "multistep_sparsity_levels": [0.1, 0.2, 0.3]}},
          {"algorithm": "filter_pruning", "pruning_init": 2, "params": {"pruning_target": 1.5}},
          {"algorithm": "knowledge_distillation", "type": "softmax", "temperature": -1}]}
        """,
        "compression[0].compression_lr_multiplier (quantization): found -5.0; allowed: 0.0 to",
        "compression[0].weights.bits (quantization): found 4.5; allowed: a whole number, 2 to 16",
        "compression[0].weights.logarithm_scale (quantization)",
        "compression[0].initializer.range.params.min_percentile (quantization): found 90.0",
        "compression[0].initializer.precision.bits (quantization): found no width",
        "compression[0].initializer.precision.num_data_points (quantization): found 0",
        "compression[0].initializer.precision.iter_number (quantization): found -1",
        "compression[0].initializer.precision.compression_ratio (quantization): found 99.0",
        "compression[1].sparsity_init (magnitude_sparsity): found -1.0; allowed: 0 to less than 1",
        "compression[1].params.sparsity_target (magnitude_sparsity): found 7.0",
        "compression[1].params.multistep_sparsity_levels (magnitude_sparsity): found 3 levels",
        "compression[2].pruning_init (filter_pruning): found 2.0",
        "compression[2].params.pruning_target (filter_pruning): found 1.5",
        "compression[3].temperature (knowledge_distillation): found -1.0; allowed: more than 0");
  }

  @Test
  void algorithmsThatDoNotTrainOrExcludeEachOtherAreNamed() throws IOException {
    refused(
        """
        {"compression": [{"algorithm": "magnitude_sparsity"}, {"algorithm": "rb_sparsity"},
          {"algorithm": "binarization", "params": {"weights_quant_start_epoch": 0.5}},
          {"algorithm": "movement_sparsity", "params": {"warmup_start_epoch": 1,
           "warmup_end_epoch": 1, "importance_regularization_factor": 1}}]}
        """,
        "compression: the algorithms magnitude_sparsity and rb_sparsity and movement_sparsity",
        "compression[2].params.weights_quant_start_epoch (binarization): found 0.5; allowed: a whole",
        "compression[3].params.warmup_end_epoch (movement_sparsity): found 1; allowed: more than");
    refused(
        """
        {"accuracy_aware_training": {"mode": "adaptive_compression_level", "params": {
           "maximal_relative_accuracy_degradation": 1, "initial_training_phase_epochs": 1,
           "patience_epochs": 1}},
         "compression": {"algorithm": "quantization", "ignored_scopes": ["{re}("]}}
        """,
        "accuracy_aware_training.mode: adaptive_compression_level searches a compression rate",
        "compression.ignored_scopes (quantization): found \"{re}(\", which is no regular");
  }

  @Test
  void aRateThatNobodyHasCannotBeSearched() throws IOException {
    for (String sparsity :
        List.of(
            "{\"algorithm\": \"const_sparsity\"}",
            "{\"algorithm\": \"magnitude_sparsity\","
                + " \"params\": {\"sparsity_level_setting_mode\": \"2:4\"}}")) {
      refused(
          """
          {"accuracy_aware_training": {"mode": "adaptive_compression_level", "params": {
             "maximal_relative_accuracy_degradation": 1, "initial_training_phase_epochs": 1,
             "patience_epochs": 1}},
           "compression": %s}
          """
              .formatted(sparsity),
          "without a pattern such as 2:4, or rb_sparsity instead of the sparsity there is");
    }
  }

  @Test
  void keysThatWouldSayNothingAreOneProblemEach() throws IOException {
    refused(
        """
        {"compression": {"algorithm": "filter_pruning", "pruning_init": 0.7,
           "params": {"pruning_target": 0.3}}}
        """,
        "compression.pruning_init (filter_pruning): found 0.7; allowed: up to the target of the");
    refused(
        """
        {"compression": {"algorithm": "movement_sparsity",
           "params": {"warmup_start_epoch": 0, "warmup_end_epoch": 1, "steps_per_epoch": 0,
                      "importance_regularization_factor": 1},
           "sparse_structure_by_scopes": [{"mode": "fine", "target_scopes": "{re}("},
                                          {"mode": "fine", "target_scopes": []}]}}
        """,
        "compression.params.steps_per_epoch (movement_sparsity): found 0; allowed: a whole number",
        "compression.sparse_structure_by_scopes[0].target_scopes (movement_sparsity): found"
            + " \"{re}(\", which is no regular",
        "compression.sparse_structure_by_scopes[1].target_scopes (movement_sparsity): names no");
  }

  @Test
  void accuracyThatNothingCostsAndAPathThatIsNoTextAreOneProblemEach() throws IOException {
    refused(
        """
        {"dataset": {"train": "a.yaml", "test": "a.yaml"}, "model": 3,
         "accuracy_aware_training": {"mode": "early_exit", "params": {
           "maximal_total_epochs": 2, "maximal_absolute_accuracy_degradation": 0.1}}}
        """,
        "model: found 3; allowed: a text",
        "accuracy_aware_training: it watches what compression costs");
  }

  @Test
  void valuesForTrainingAreCheckedWhereTheFileIsForTraining() throws IOException {
    refused(
        """
        {"dataset": {"train": "a.yaml"}, "epochs": -1, "batch_size": "big",
         "optimizer": {"base_lr": -1, "type": "Adamm", "nesterof": true},
         "compression": {"algorithm": "magnitude_sparsity", "sparsity_init": 3}}
        """,
        "model: the path is missing",
        "dataset.test: the path is missing",
        "epochs: found -1",
        "batch_size: found \"big\"",
        "optimizer.base_lr: found -1.0",
        "optimizer.type: found \"Adamm\"",
        "optimizer.nesterof: the key says nothing here",
        "compression.sparsity_init (magnitude_sparsity): found 3.0");
  }

  @Test
  void aMisspeltKeyThatIsAllowedIsPointedOut() throws IOException {
    CommandRun run = validate("{\"compresion\": {\"algorithm\": \"quantization\"}}");
    assertThat(run.exitCode()).isZero();
    assertThat(run.error()).contains("\"compresion\"", "did you mean \"compression\"?");
  }

  @Test
  void nestingIsRefusedInWordsOfOurs() throws IOException {
    CommandRun run = validate("[".repeat(100_000));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("no JSON").doesNotContain("StreamReadConstraints");
  }

  @Test
  void aMissingFileEndsWithCodeTwo() {
    CommandRun run = CommandRun.of("config", "validate", folder.resolve("no.json").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("does not exist");
  }

  @Test
  void theSchemaIsPrinted() {
    CommandRun run = CommandRun.of("config", "schema");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("draft-07").endsWith("}\n");
  }
}
