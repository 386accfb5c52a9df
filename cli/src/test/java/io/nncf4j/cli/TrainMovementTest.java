package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nncf train} with movement sparsity on a small transformer. */
class TrainMovementTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    ColourPictures.make(folder);
    ModelFiles.write(
        ModelFiles.read(SharedFiles.oracle("torch-export/tiny_vit/model_dynamic.onnx")),
        folder.resolve("model.onnx"),
        true);
    Path data = folder.resolve("data.yaml");
    Files.writeString(
        data,
        Files.readString(data)
            .replace("input:\n", "input:\n  resize: {width: 32, height: 32, mode: stretch}\n"));
  }

  private CommandRun train(int epochs, String... more) throws IOException {
    Path file =
        ColourPictures.config(
            folder,
            """
            , "compression": {"algorithm": "movement_sparsity",
                "params": {"warmup_start_epoch": 1, "warmup_end_epoch": 2,
                           "importance_regularization_factor": 0.01},
                "sparse_structure_by_scopes": [
                  {"mode": "per_dim", "axis": 0, "target_scopes": ["{re}mlp\\\\.0"]},
                  {"mode": "per_dim", "axis": 1, "target_scopes": ["{re}mlp\\\\.3"]}]}""");
    String text =
        Files.readString(file)
            .replaceAll(
                "\"optimizer\": \\{[^}]*}",
                "\"optimizer\": {\"type\": \"Adam\", \"base_lr\": 0.002}")
            .replace("\"epochs\": 6", "\"epochs\": " + epochs);
    Files.writeString(file, text);
    String[] all = new String[more.length + 5];
    System.arraycopy(
        new String[] {"train", "-c", file.toString(), "-o", folder.resolve("run").toString()},
        0,
        all,
        0,
        5);
    System.arraycopy(more, 0, all, 5, more.length);
    return CommandRun.of((Object[]) all);
  }

  @Test
  void rowsGoFromTheFileAndARunGoesOnInTheMiddleOfTheWarmUp() throws IOException {
    CommandRun early = train(1);
    assertThat(early.exitCode()).as(early.error()).isZero();
    assertThat(early.out() + early.error()).contains("not-fully-compressed");
    CommandRun run = train(3, "--resume", folder.resolve("run/last.safetensors").toString());
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.out() + run.error()).doesNotContain("not-fully-compressed");
    assertThat(run.out()).contains("Statistics of heads and rows");
    assertThat(Files.readString(folder.resolve("run/model.html")))
        .contains("Statistics of heads and rows");
    Path exported = folder.resolve("run/model.onnx");
    assertThat((double) Files.size(exported) / Files.size(folder.resolve("model.onnx")))
        .isLessThan(0.95);
    CommandRun evaluated =
        CommandRun.of("evaluate", exported, "--data", folder.resolve("data.yaml"));
    assertThat(evaluated.exitCode()).as(evaluated.error()).isZero();
    assertThat(Files.readString(folder.resolve("run/log.jsonl")))
        .containsSubsequence("\"UNCOMPRESSED", "\"PARTIALLY_COMPRESSED", "\"FULLY_COMPRESSED");
  }

  @Test
  void structureThatNoLayerTakesAndStepsThatAreNotThoseOfAnEpochAreTold() throws IOException {
    assertThat(train(1).exitCode()).isZero();
    Path file = folder.resolve("c.json");
    String good = Files.readString(file);
    Files.writeString(file, good.replace("{re}mlp\\\\.3", "{re}Softmax"));
    CommandRun idle = CommandRun.of("train", "-c", file, "-o", folder.resolve("idle"));
    assertThat(idle.exitCode()).isEqualTo(2);
    assertThat(idle.error())
        .contains("compression.sparse_structure_by_scopes[1].target_scopes (movement_sparsity)")
        .contains("[{re}Softmax] matches no linear layer that has scores");
    Files.writeString(
        file, good.replace("\"params\": {", "\"params\": {\"steps_per_epoch\": 600, "));
    CommandRun slow = CommandRun.of("train", "-c", file, "-o", folder.resolve("slow"));
    assertThat(slow.exitCode()).as(slow.error()).isZero();
    assertThat(slow.error())
        .contains("steps_per_epoch is 600, and an epoch has 6 steps")
        .contains("in epochs 100.0 to 200.0 of the run, not 1 to 2");
  }
}
