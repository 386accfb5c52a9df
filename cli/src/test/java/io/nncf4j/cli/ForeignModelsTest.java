package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verbs on models of PyTorch and TensorFlow. */
class ForeignModelsTest {
  @TempDir Path folder;

  /** 8 bits by one command, in either format. */
  @ParameterizedTest
  @CsvSource({
    "oracle/torch-export/tiny_resnet/model.pt2, int8.onnx",
    "oracle/torch-export/tiny_resnet/model.ts.pt, int8.xml",
    "data/models/cross-format-samplenet/samplenet.pb, int8.onnx",
    "data/models/cross-format-samplenet/samplenet_tf2, int8.xml"
  })
  void areQuantized(String model, String name) throws IOException {
    Path output = folder.resolve(name);
    CommandRun run =
        CommandRun.of(
            "quantize",
            SharedFiles.path(model),
            "--data",
            SharedFiles.data("cifar10/test.yaml"),
            "-o",
            output,
            "--subset-size",
            "8",
            "--samples",
            "16",
            "--no-latency-guard",
            "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(output).exists();
    if (name.endsWith(".xml")) {
      assertThat(Files.readString(output)).contains("FakeQuantize");
    } else {
      assertThat(CommandRun.of("inspect", output).out()).contains("QuantizeLinear");
    }
  }

  @Test
  void arePruned() throws IOException {
    Path output = folder.resolve("pruned.onnx");
    CommandRun run =
        CommandRun.of(
            "prune",
            SharedFiles.oracle("torch-export/tiny_resnet/model_dynamic.pt2"),
            "--data",
            SharedFiles.data("cifar10/test.yaml"),
            "-o",
            output,
            "--flops-target",
            "0.3",
            "--samples",
            "16",
            "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(output).exists();
  }

  /** A graph of two nodes that ONNX has no operators for, as its bytes stand in a file. */
  @Test
  void whatCannotBeConvertedIsListedCompletely() throws IOException {
    Path graph = folder.resolve("graph.pb");
    Files.writeString(
        graph,
        "\n\u0014\n\u0001x\u0012\u000fAudioMicrofront"
            + "\n\u0014\n\u0001y\u0012\fDecodeProto2\u001a\u0001x");
    CommandRun run = CommandRun.of("convert", graph, "-o", folder.resolve("out.onnx"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.error())
        .contains("AudioMicrofront (node \"x\"): the operator is not known")
        .contains("DecodeProto2 (node \"y\")");
    assertThat(folder.resolve("out.onnx")).doesNotExist();
  }

  @Test
  void weightsWithoutAGraphAreRefusedWithTheNextStep() {
    Path weights = SharedFiles.data("models/pytorch/resnet20-12fca82f.th");
    CommandRun refused = CommandRun.of("inspect", weights);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("97 tensors").contains("--weights");
    Path output = folder.resolve("trained.onnx");
    CommandRun joined =
        CommandRun.of(
            "convert",
            SharedFiles.data("models/classification/resnet20-cifar10.onnx"),
            "--weights",
            weights,
            "-o",
            output);
    assertThat(joined.exitCode()).as(joined.error()).isZero();
    assertThat(output).exists();
  }
}
