package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.learning.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training by configuration, on pictures of three noisy colours. */
class TrainTest {
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
  void trainsQuantizedTestsItsCheckpointAndExports() throws IOException {
    Path out = folder.resolve("run");
    CommandRun run = CommandRun.of("train", "--config", quantized(), "-o", out, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    JsonNode result = run.json();
    assertThat(result.get("top1").asDouble()).isGreaterThan(0.9);
    assertThat(Files.readAllLines(out.resolve("log.jsonl"))).hasSize(7);
    assertThat(Files.readString(out.resolve("model.html"))).contains("Loss by epoch", "Accuracy");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.startsWith("events.out.tfevents."));
    }
    assertThat(ModelFiles.read(out.resolve("model.onnx")).graph().nodes())
        .extracting(Node::type)
        .contains("QuantizeLinear", "DequantizeLinear")
        .doesNotContain("BatchNormalization");
    CommandRun test =
        CommandRun.of(
            "train",
            "--config",
            folder.resolve("c.json"),
            "-o",
            out,
            "--mode",
            "test",
            "--resume",
            out.resolve("last.safetensors"),
            "--json");
    assertThat(test.exitCode()).as(test.error()).isZero();
    assertThat(test.json().get("top1").asDouble()).isEqualTo(result.get("top1").asDouble());
    CommandRun again = CommandRun.of("train", "--config", folder.resolve("c.json"), "-o", out);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.error()).contains("earlier run", "--resume");
  }

  @Test
  void theRateOfAnAccuracyAwareRunFallsOverAllItsEpochs() throws IOException {
    Path out = folder.resolve("run");
    Path file = config("");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"epochs\": 6",
                """
                "compression": {"algorithm": "quantization"},
                "accuracy_aware_training": {"mode": "early_exit", "params": {
                  "maximal_absolute_accuracy_degradation": -2, "maximal_total_epochs": 3}}"""));
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out);
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(Files.readAllLines(out.resolve("log.jsonl")))
        .filteredOn(line -> line.contains("learning_rate"))
        .hasSize(3)
        .noneMatch(line -> line.contains("\"learning_rate\":0.0,"));
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunAndNamesStepAndLayer() throws IOException {
    Path out = folder.resolve("run");
    Path file = config("");
    Path modelFile = folder.resolve("model.onnx");
    Model model = ModelFiles.read(modelFile);
    GraphEditor editor = new GraphEditor(model.graph());
    String weight =
        model.graph().constants().keySet().stream()
            .filter(name -> name.contains("fc") && name.contains("weight"))
            .findFirst()
            .orElseThrow();
    Tensor before = model.graph().constants().get(weight);
    float[] values = before.toFloats();
    values[2] = Float.NaN;
    editor.constant(weight, Tensor.ofFloats(values, before.shape()));
    ModelFiles.write(model.withGraph(editor.build()), modelFile, true);
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.error())
        .contains("The loss is NaN at step 1 of epoch 1; the first value that is not finite: ")
        .contains("\"" + weight + "\", which node \"fc")
        .contains("last.safetensors");
    assertThat(out.resolve("last.safetensors")).exists();
    assertThat(out.resolve("model.onnx")).doesNotExist();
  }

  @Test
  void frozenLayersKeepTheirWeights() throws IOException {
    Path out = folder.resolve("run");
    Path file = config(", \"frozen_layers\": [\"{re}conv\"]");
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out);
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(Checkpoint.read(out.resolve("last.safetensors")).model().keySet())
        .anyMatch(name -> name.contains("fc"))
        .noneMatch(name -> name.contains("conv"));
    Files.writeString(file, Files.readString(file).replace("{re}conv", "fonv"));
    run = CommandRun.of("train", "--config", file, "-o", folder.resolve("b"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("frozen_layers", "fonv");
  }

  @Test
  void theBestEpochOfBeforeIsKeptWhenARunGoesOn() throws IOException {
    Path out = folder.resolve("run");
    Path file = config("");
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("best top1").asDouble()).isEqualTo(1);
    byte[] best = Files.readAllBytes(out.resolve("best.safetensors"));
    Path interrupted = out.resolve("interrupted.safetensors");
    Checkpoint last = Checkpoint.read(out.resolve("last.safetensors"));
    new Checkpoint(5, last.step(), last.model(), last.optimizer(), last.random(), last.notes())
        .write(interrupted);
    // What a run that is killed in the middle of a line leaves.
    Files.writeString(out.resolve("log.jsonl"), "{\"epo", StandardOpenOption.APPEND);
    CommandRun on =
        CommandRun.of("train", "-c", file, "-o", out, "--resume", interrupted, "--json");
    assertThat(on.exitCode()).as(on.error()).isZero();
    assertThat(on.json().get("best top1").asDouble()).isEqualTo(1);
    assertThat(Files.readAllBytes(out.resolve("best.safetensors"))).isEqualTo(best);
  }

  @Test
  void aLogThatWasCutInALineSpoilsNothing() throws IOException {
    Path out = folder.resolve("run");
    Path file = config("");
    assertThat(CommandRun.of("train", "-c", file, "-o", out).exitCode()).isZero();
    Files.writeString(
        out.resolve("log.jsonl"), "{\"epoch\": 6, \"lo\u00e4", StandardOpenOption.APPEND);
    Path last = out.resolve("last.safetensors");
    CommandRun on = CommandRun.of("train", "-c", file, "-o", out, "--resume", last);
    assertThat(on.exitCode()).as(on.error()).isZero();
    assertThat(on.error()).contains("nothing-to-train", "all 6 epochs");
    assertThat(Files.readAllLines(out.resolve("log.jsonl")))
        .last()
        .satisfies(line -> assertThat(line).startsWith("{\"").endsWith("}"));
  }

  /**
   * Ranges start from the weights that are given, not from those of the model's file; masks are no
   * quantizers, so those of a sparse run are there before too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", ", \"compression\": {\"algorithm\": \"magnitude_sparsity\"}"})
  void weightsOfAnotherRunAreThereBeforeQuantization(String compression) throws IOException {
    Path file = config(compression);
    CommandRun before =
        CommandRun.of("train", "-c", file, "-o", folder.resolve("before"), "--json");
    assertThat(before.exitCode()).as(before.error()).isZero();
    assertThat(before.json().get("top1").asDouble()).isEqualTo(1);
    Files.writeString(
        quantized(), Files.readString(file).replace("\"epochs\": 6", "\"epochs\": 0"));
    CommandRun run =
        CommandRun.of(
            "train",
            "-c",
            file,
            "-o",
            folder.resolve("quantized"),
            "--weights",
            folder.resolve("before").resolve("last.safetensors"),
            "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("top1 before").asDouble()).isGreaterThan(0.9);
    if (compression.isEmpty()) {
      assertThat(run.error()).doesNotContain("weights-partly-loaded");
    }
  }

  @Test
  void stagesOfQuantizationComeWithTheirEpochs() throws IOException {
    Path out = folder.resolve("run");
    Path file =
        config(
            """
            , "compression": {"algorithm": "quantization",
                "params": {"activations_quant_start_epoch": 1, "weights_quant_start_epoch": 2}}""");
    Files.writeString(file, Files.readString(file).replace("\"epochs\": 6", "\"epochs\": 3"));
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out);
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(Files.readString(out.resolve("log.jsonl")))
        .containsSubsequence("\"UNCOMPRESSED", "\"PARTIALLY_COMPRESSED", "\"FULLY_COMPRESSED");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("\"epochs\": 3", "\"epochs\": 1")
            .replace("{\"activations", "{\"batch_multiplier\": 2, \"activations"));
    CommandRun early = CommandRun.of("train", "--config", file, "-o", folder.resolve("early"));
    assertThat(early.exitCode()).as(early.error()).isZero();
    assertThat(early.out() + early.error())
        .contains("not-fully-compressed")
        .doesNotContain("batch_multiplier");
  }

  /** A multiplier of 0 keeps ranges as they start; weights are trained all the same. */
  @Test
  void theMultiplierOfCompressionIsForRangesOnly() throws IOException {
    assertThat(movedRanges("1")).isTrue();
    assertThat(movedRanges("0")).isFalse();
  }

  private boolean movedRanges(String multiplier) throws IOException {
    Path out = folder.resolve("run" + multiplier);
    Path file = quantized();
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"epochs\": 6",
                "\"compression_lr_multiplier\": " + multiplier + ", \"epochs\": 0"));
    Checkpoint before = trained(file, folder.resolve("before" + multiplier));
    Files.writeString(file, Files.readString(file).replace("\"epochs\": 0", "\"epochs\": 1"));
    Checkpoint after = trained(file, out);
    assertThat(after.model()).containsOnlyKeys(before.model().keySet());
    boolean moved = false;
    boolean learned = false;
    for (String name : before.model().keySet()) {
      boolean isSame = before.model().get(name).equals(after.model().get(name));
      moved |= !isSame && name.contains("quantizer");
      learned |= !isSame && name.contains("fc");
    }
    assertThat(learned).isTrue();
    return moved;
  }

  private static Checkpoint trained(Path file, Path out) {
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out);
    assertThat(run.exitCode()).as(run.error()).isZero();
    return Checkpoint.read(out.resolve("last.safetensors"));
  }

  /** Accuracy is 1 soon, so that nothing becomes better any more. */
  @Test
  void theRateFallsWhenEpochsBringNothing() throws IOException {
    Path out = folder.resolve("run");
    Path file = config("");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"base_lr\": 0.05",
                "\"base_lr\": 0.05, \"schedule_type\": \"plateau\", \"gamma\": 0.5,"
                    + " \"patience\": 0, \"accumulation_steps\": 2"));
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("best top1").asDouble()).isGreaterThan(0.6);
    List<String> lines = Files.readAllLines(out.resolve("log.jsonl"));
    assertThat(lines.get(1)).contains("\"learning_rate\":0.05,");
    assertThat(lines.get(6)).doesNotContain("\"learning_rate\":0.05,");
    assertThat(Checkpoint.read(out.resolve("last.safetensors")).notes())
        .containsKey("plateau_state");
  }

  @Test
  void widthsAreChosenByCurvature() throws IOException {
    Path out = folder.resolve("run");
    Path file =
        config(
            """
            , "target_device": "TRIAL", "compression": {"algorithm": "quantization",
                "initializer": {"precision": {"type": "hawq", "num_data_points": 12,
                    "iter_number": 3, "compression_ratio": 1.2}}}""");
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out);
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.error() + run.out()).contains("flattest layer");
  }

  @Test
  void masksOfSparsityAreLearned() throws IOException {
    Path out = folder.resolve("run");
    Path file =
        config(
            """
            , "compression": {"algorithm": "rb_sparsity", "compression_lr_multiplier": 20,
                "params": {"sparsity_target": 0.5, "sparsity_target_epoch": 2}}""");
    CommandRun run = CommandRun.of("train", "--config", file, "-o", out, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("top1").asDouble()).isGreaterThan(0.6);
    assertThat(ModelFiles.read(out.resolve("model.onnx")).graph().nodes())
        .extracting(Node::type)
        .doesNotContain("MaskedWeight");
  }

  @Test
  void anotherConfigurationNamesTheDifferingKeys() throws IOException {
    Path out = folder.resolve("run");
    CommandRun run = CommandRun.of("train", "--config", config(""), "-o", out);
    assertThat(run.exitCode()).as(run.error()).isZero();
    CommandRun other =
        CommandRun.of(
            "train", "-c", quantized(), "-o", out, "--resume", out.resolve("last.safetensors"));
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.error()).contains("compression: absent then");
  }

  @Test
  void aFinishedRunGoesOnForMoreEpochsAndIsTestedOnOtherData() throws IOException {
    Path out = folder.resolve("run");
    Path last = out.resolve("last.safetensors");
    Path file = config("");
    String text = Files.readString(file).replace("\"epochs\": 6", "\"epochs\": 1");
    Files.writeString(file, text);
    assertThat(CommandRun.of("train", "-c", file, "-o", out).exitCode()).isZero();
    Files.writeString(
        file,
        text.replace("\"epochs\": 1", "\"epochs\": 2, \"note\": \"longer\"")
            .replace("\"threads\": 1", "\"threads\": 2"));
    CommandRun on = CommandRun.of("train", "-c", file, "-o", out, "--resume", last);
    assertThat(on.exitCode()).as(on.error()).isZero();
    assertThat(Files.readAllLines(out.resolve("log.jsonl")))
        .last()
        .asString()
        .contains("\"epoch\":2");
    Files.copy(folder.resolve("data.yaml"), folder.resolve("other.yaml"));
    Files.writeString(
        file,
        text.replace("\"test\": \"data.yaml\"", "\"test\": \"other.yaml\"")
            .replace("\"batch_size\": 6", "\"batch_size\": 3"));
    Path nothing = folder.resolve("nothing");
    CommandRun test =
        CommandRun.of("train", "-c", file, "-o", nothing, "--mode", "test", "--resume", last);
    assertThat(test.exitCode()).as(test.error()).isZero();
    assertThat(nothing).doesNotExist();
    CommandRun train = CommandRun.of("train", "-c", file, "-o", out, "--resume", last);
    assertThat(train.exitCode()).isEqualTo(2);
    assertThat(train.error())
        .contains("batch_size: 6 then, 3 now", "dataset.test: \"data.yaml\" then");
  }

  @Test
  void labelsOfTheTrainingDataAreLookedAtBeforeAnythingIsWritten() throws IOException {
    Path file = config("");
    Files.writeString(
        folder.resolve("other.yaml"),
        Files.readString(folder.resolve("data.yaml")) + "label-offset: 2\n");
    Files.writeString(
        file,
        Files.readString(file).replace("\"train\": \"data.yaml\"", "\"train\": \"other.yaml\""));
    Path out = folder.resolve("run");
    CommandRun run = CommandRun.of("train", "-c", file, "-o", out);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("has the label 3", "3 outputs");
    assertThat(out).doesNotExist();
  }

  @Test
  void aRunThatIsRefusedLeavesEverythingAsItWas() throws IOException {
    Path out = folder.resolve("run");
    Path file =
        config(", \"compression\": {\"algorithm\": \"quantization\", \"target_scopes\": []}");
    CommandRun refused = CommandRun.of("train", "-c", file, "-o", out);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("target_scopes is an empty list");
    assertThat(out).doesNotExist();
    Files.createDirectories(out);
    Path earlier = Files.writeString(out.resolve("best.safetensors"), "mine");
    assertThat(CommandRun.of("train", "-c", file, "-o", out, "--force").exitCode()).isEqualTo(2);
    assertThat(earlier).hasContent("mine");
    Path log = Files.writeString(out.resolve("log.jsonl"), "{\"epoch\": 77, \"loss\": 1}\n");
    config("");
    Files.writeString(file, Files.readString(file).replace("\"epochs\": 6", "\"epochs\": 1"));
    CommandRun forced = CommandRun.of("train", "-c", file, "-o", out, "--force");
    assertThat(forced.exitCode()).as(forced.error()).isZero();
    assertThat(log).content().doesNotContain("\"epoch\": 77").contains("\"epoch\":1");
  }

  @Test
  void misspeltValuesAreNamedBeforeAnythingRuns() throws IOException {
    Path file = config(", \"compression\": {\"algorithm\": \"movement_sparsity\"}");
    CommandRun run = CommandRun.of("train", "-c", file, "-o", folder.resolve("a"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error())
        .contains("compression.params (movement_sparsity): found nothing; expected warmup_start");
    Files.writeString(file, Files.readString(file).replace("\"SGD\"", "\"SDG\""));
    run = CommandRun.of("train", "-c", file, "-o", folder.resolve("b"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("optimizer.type", "allowed: SGD");
  }
}
