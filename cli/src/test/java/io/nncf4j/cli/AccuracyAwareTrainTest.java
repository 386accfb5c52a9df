package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.learning.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code nncf train} with {@code accuracy_aware_training}. */
class AccuracyAwareTrainTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    ColourPictures.make(folder);
  }

  private Path config(String more) throws IOException {
    return ColourPictures.config(folder, more);
  }

  private Path quantized() throws IOException {
    return config(
        """
        , "compression": {"algorithm": "quantization", "initializer": {
            "range": {"num_init_samples": 12},
            "batchnorm_adaptation": {"num_bn_adaptation_samples": 12}}}""");
  }

  @Test
  void trainsPrunedSearchesTheRateAndResumes() throws IOException {
    Path out = folder.resolve("run");
    Path file =
        config(
            """
            , "compression": [
              {"algorithm": "filter_pruning", "pruning_init": 0.1, "params": {
                "pruning_target": 0.3, "pruning_steps": 3, "all_weights": true,
                "filter_importance": "taylor",
                "prune_first_conv": true, "prune_downsample_convs": true}},
              {"algorithm": "knowledge_distillation", "type": "softmax"}],
              "accuracy_aware_training": {"mode": "adaptive_compression_level", "params": {
                "maximal_absolute_accuracy_degradation": 0.3, "initial_training_phase_epochs": 2,
                "patience_epochs": 1, "maximal_total_epochs": 5}}""");
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    JsonNode result = run.json();
    assertThat(result.get("compression rate").asDouble()).isGreaterThan(0);
    assertThat(Files.readString(out.resolve("model.html")))
        .contains("Accuracy by compression rate");
    assertThat(Files.size(out.resolve("model.onnx")))
        .isLessThan(Files.size(folder.resolve("model.onnx")));
    CommandRun test =
        CommandRun.of(
            "train",
            "--config",
            file,
            "-o",
            out,
            "--mode",
            "test",
            "--resume",
            out.resolve("best.safetensors"),
            "--json");
    assertThat(test.exitCode()).as(test.error()).isZero();
    assertThat(test.json().get("top1").asDouble()).isEqualTo(result.get("top1").asDouble());
  }

  @Test
  void accuracyAwareTrainingStopsWhenItIsAccurateEnough() throws IOException {
    Path out = folder.resolve("run");
    Path file = quantized();
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"epochs\"",
                """
                "accuracy_aware_training": {"mode": "early_exit", "params": {
                  "maximal_absolute_accuracy_degradation": -0.6, "maximal_total_epochs": 9}},
                "epochs\""""));
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    JsonNode result = run.json();
    assertThat(result.get("accurate enough").asBoolean()).isTrue();
    assertThat(result.get("best epoch").asInt()).isBetween(1, 8);
    assertThat(result.get("drop").asDouble()).isLessThanOrEqualTo(-0.6);
    assertThat(Files.readString(out.resolve("log.jsonl"))).contains(": accurate enough");
    assertThat(out.resolve("best.safetensors")).exists();
  }

  @Test
  void aRunThatIsAccurateEnoughInTheEndUsesTheEpochsThatAreLeft() throws IOException {
    Path out = folder.resolve("run");
    Path file =
        config(
            """
            , "compression": {"algorithm": "quantization", "initializer": {
                "range": {"num_init_samples": 12},
                "batchnorm_adaptation": {"num_bn_adaptation_samples": 0}},
                "params": {"activations_quant_start_epoch": 9}},
              "accuracy_aware_training": {"mode": "early_exit", "params": {
                "maximal_absolute_accuracy_degradation": 0.01, "maximal_total_epochs": 2}}""");
    assertThat(CommandRun.of("train", "-c", file, "-o", out).exitCode()).isZero();
    Path last = out.resolve("last.safetensors");
    CommandRun on = CommandRun.of("train", "-c", file, "-o", out, "--resume", last);
    assertThat(on.exitCode()).isEqualTo(2);
    assertThat(on.error()).contains("has had 2 epochs", "maximal_total_epochs is 2");
  }

  /** Stopped while epochs go by the schedule, and in the middle of the search. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aSearchOfTheRateGoesOnWhereItStopped(int stoppedAfter) throws IOException {
    String search =
        """
        , "compression": {"algorithm": "magnitude_sparsity", "params": {
            "sparsity_target": 0.3, "sparsity_target_epoch": 1}},
          "accuracy_aware_training": {"mode": "adaptive_compression_level", "params": {
            "maximal_absolute_accuracy_degradation": 0.4, "initial_training_phase_epochs": 2,
            "initial_compression_rate_step": 0.3, "patience_epochs": 2,
            "maximal_total_epochs": 6}}""";
    Path whole = folder.resolve("whole");
    CommandRun run = CommandRun.of("train", "-c", steady(search), "-o", whole, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    Path first = folder.resolve("first");
    Path shorter = steady(search.replace("epochs\": 6", "epochs\": " + stoppedAfter));
    assertThat(CommandRun.of("train", "-c", shorter, "-o", first).exitCode()).isZero();
    Path last = first.resolve("last.safetensors");
    Path file = steady(search);
    Path elsewhere = folder.resolve("elsewhere");
    CommandRun on = CommandRun.of("train", "-c", file, "-o", elsewhere, "--resume", last, "--json");
    assertThat(on.exitCode()).as(on.error()).isZero();
    assertThat(figures(on)).isEqualTo(figures(run));
    for (String name : List.of("last.safetensors", "best.safetensors")) {
      Checkpoint expected = Checkpoint.read(whole.resolve(name));
      Checkpoint found = Checkpoint.read(elsewhere.resolve(name));
      assertThat(found.epoch()).isEqualTo(expected.epoch());
      assertThat(numbers(found)).isEqualTo(numbers(expected));
      assertThat(found.notes().get("accuracy_aware_progress"))
          .isEqualTo(expected.notes().get("accuracy_aware_progress"));
    }
    assertThat(elsewhere.resolve("model.onnx"))
        .hasBinaryContent(Files.readAllBytes(whole.resolve("model.onnx")));
  }

  @Test
  void aResumedSearchKeepsTheBestEpochOfBefore() throws IOException {
    Path out = folder.resolve("run");
    String aware =
        """
        , "compression": {"algorithm": "quantization", "initializer": {
            "range": {"num_init_samples": 12},
            "batchnorm_adaptation": {"num_bn_adaptation_samples": 0}}},
          "accuracy_aware_training": {"mode": "early_exit", "params": {
            "maximal_absolute_accuracy_degradation": -0.9, "maximal_total_epochs": 4}}""";
    CommandRun first = CommandRun.of("train", "-c", config(aware), "-o", out, "--json");
    assertThat(first.exitCode()).as(first.error()).isZero();
    assertThat(first.json().get("top1").asDouble()).isEqualTo(1);
    byte[] best = Files.readAllBytes(out.resolve("best.safetensors"));
    CommandRun on =
        CommandRun.of(
            "train",
            "-c",
            config(aware.replace("epochs\": 4", "epochs\": 5")),
            "-o",
            out,
            "--resume",
            out.resolve("last.safetensors"),
            "--json");
    assertThat(on.exitCode()).as(on.error()).isZero();
    assertThat(on.json().get("best epoch").asInt()).isLessThan(5);
    assertThat(on.json().get("top1").asDouble()).isEqualTo(1);
    assertThat(out.resolve("best.safetensors")).hasBinaryContent(best);
  }

  @Test
  void withoutTheBestModelOfBeforeARunCannotGoOn() throws IOException {
    Path out = folder.resolve("run");
    String aware =
        """
        , "compression": {"algorithm": "quantization", "initializer": {
            "range": {"num_init_samples": 12},
            "batchnorm_adaptation": {"num_bn_adaptation_samples": 0}}},
          "accuracy_aware_training": {"mode": "early_exit", "params": {
            "maximal_absolute_accuracy_degradation": -0.9, "maximal_total_epochs": 4}}""";
    assertThat(CommandRun.of("train", "-c", config(aware), "-o", out).exitCode()).isZero();
    Path last = out.resolve("last.safetensors");
    Path longer = config(aware.replace("epochs\": 4", "epochs\": 5"));
    Checkpoint saved = Checkpoint.read(last);
    String progress = saved.notes().get("accuracy_aware_progress");
    assertThat(progress).doesNotContain("\"best_epoch\":4");
    Checkpoint best = Checkpoint.read(out.resolve("best.safetensors"));
    with(best, best.notes().get("accuracy_aware_progress").replace("0.", "0.00"))
        .write(out.resolve("best.safetensors"));
    refused(longer, out, last, "The best epoch of the run so far", "best.safetensors");
    Files.delete(out.resolve("best.safetensors"));
    refused(longer, out, last, "The best epoch of the run so far", "best.safetensors");
    Path damaged = out.resolve("damaged.safetensors");
    with(saved, progress.replaceFirst("\\d\\.\\d+", "\"x\"")).write(damaged);
    refused(longer, out, damaged, "damaged.safetensors", "expected a finite number, found x");
    for (String text : List.of("", "null", "[]", "{}")) {
      with(saved, text).write(damaged);
      refused(longer, out, damaged, "damaged.safetensors", "accuracy-aware training are damaged");
    }
  }

  /** The learning rate does not follow the number of epochs. */
  private Path steady(String more) throws IOException {
    Path file = config(more);
    return Files.writeString(
        file, Files.readString(file).replace("0.05", "0.05, \"schedule_type\": \"constant\""));
  }

  private static Map<String, String> numbers(Checkpoint checkpoint) {
    Map<String, String> numbers = new TreeMap<>();
    checkpoint.model().forEach((name, each) -> numbers.put(name, text(each)));
    checkpoint.optimizer().forEach((name, each) -> numbers.put("optimizer " + name, text(each)));
    return numbers;
  }

  /** Short, for the sake of the message when two differ. */
  private static String text(Tensor tensor) {
    return tensor + " " + Arrays.hashCode(tensor.toDoubles());
  }

  private static JsonNode figures(CommandRun run) throws IOException {
    ObjectNode figures = (ObjectNode) run.json();
    figures.remove("model");
    return figures;
  }

  private static Checkpoint with(Checkpoint saved, String progress) {
    Map<String, String> notes = new HashMap<>(saved.notes());
    notes.put("accuracy_aware_progress", progress);
    return new Checkpoint(
        saved.epoch(), saved.step(), saved.model(), saved.optimizer(), saved.random(), notes);
  }

  private static void refused(Path config, Path out, Path resume, String... parts) {
    CommandRun run = CommandRun.of("train", "-c", config, "-o", out, "--resume", resume);
    assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
    assertThat(run.error()).contains(parts);
  }
}
