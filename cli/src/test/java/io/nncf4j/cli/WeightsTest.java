package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Sequential;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trained state dictionary and the graph it belongs to, given together to one command. */
class WeightsTest {
  private static Path twin() {
    return SharedFiles.data("models/classification/resnet20-cifar10.onnx");
  }

  private static Path weights() {
    return SharedFiles.data("models/pytorch/resnet20-12fca82f.th");
  }

  @TempDir Path folder;

  /** The graph has nothing but zeros: all that it knows comes from the dictionary. */
  private Path zeros() {
    Model model = ModelFiles.read(twin());
    GraphEditor editor = new GraphEditor(model.graph());
    model
        .graph()
        .constants()
        .forEach(
            (name, tensor) -> {
              if (tensor.dataType() == DataType.FLOAT32) {
                editor.constant(name, Tensor.ofFloats(new float[tensor.size()], tensor.shape()));
              }
            });
    Path file = folder.resolve("zeros.onnx");
    ModelFiles.write(model.withGraph(editor.build()), file, true);
    return file;
  }

  private static CommandRun run(String verb, Path model, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(verb, model));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  private static JsonNode quantized(Path output, Path model, Path data, Object... weights)
      throws IOException {
    List<Object> more =
        new ArrayList<>(
            List.of(
                "--data",
                data,
                "-o",
                output,
                "--subset-size",
                "16",
                "--samples",
                "100",
                "--no-latency-guard",
                "--no-report",
                "--json"));
    more.addAll(List.of(weights));
    CommandRun run = run("quantize", model, more.toArray());
    assertThat(run.exitCode()).as(run.error()).isZero();
    return run.json();
  }

  /** The file in 8 bits holds what the ONNX twin becomes, to the last bit. */
  @ParameterizedTest
  @ValueSource(strings = {"int8.onnx", "int8.xml"})
  void isQuantizedAsItsTwin(String name) throws IOException {
    Path output = folder.resolve(name);
    Path expected = folder.resolve("twin-" + name);
    Path data = SharedFiles.data("cifar10/test.yaml");
    JsonNode found = quantized(output, zeros(), data, "--weights", weights());
    assertThat(found.at("/before/metric").asDouble()).isGreaterThan(70);
    assertThat(found.at("/after/metric").asDouble()).isGreaterThan(70);
    assertThat(found.at("/provenance/weights").asText()).startsWith("sha256:");
    quantized(expected, twin(), data);
    assertThat(ModelFiles.read(output).graph()).isEqualTo(ModelFiles.read(expected).graph());
  }

  /**
   * A net whose graph no file has: three convolutions, each followed by a maximum of 2 x 2, and no
   * activation, which is what its weights do best with. Pictures are scaled to -1 to 1.
   */
  @Test
  void aGraphBuiltWithLayersTakesTrainedWeights() throws IOException {
    Model built =
        GraphBuilder.network(
            "cifar",
            1,
            "data",
            Shape.of(1, 3, 32, 32),
            Sequential.of(
                Convolution.of("conv1", 3, 32, 5).withPadding(2).withBias(),
                Pooling.maximum(2, 2, 0),
                Convolution.of("conv2", 32, 32, 5).withPadding(2).withBias(),
                Pooling.maximum(2, 2, 0),
                Convolution.of("conv3", 32, 64, 5).withPadding(2).withBias(),
                Pooling.maximum(2, 2, 0),
                Pooling.flatten(),
                new Linear("fc", 1024, 10)),
            "scores");
    Path graph = folder.resolve("graph.onnx");
    ModelFiles.write(built, graph, false);
    Path data = folder.resolve("data.yaml");
    Files.writeString(
        data,
        Files.readString(SharedFiles.data("cifar10/test.yaml"))
            .replace("images: ", "images: " + SharedFiles.data("cifar10") + "/")
            .replaceAll("mean: .*", "mean: [0.5, 0.5, 0.5]")
            .replaceAll("std: .*", "std: [0.5, 0.5, 0.5]"));
    JsonNode found =
        quantized(
            folder.resolve("int8.onnx"),
            graph,
            data,
            "--weights",
            SharedFiles.data("models/pytorch/cifar_net.pth"));
    assertThat(found.at("/before/metric").asDouble()).isGreaterThan(55);
    assertThat(found.at("/after/metric").asDouble()).isGreaterThan(55);
  }

  @Test
  void otherVerbsTakeItToo() throws IOException {
    Path data = SharedFiles.data("cifar10/test.yaml");
    CommandRun measured =
        run(
            "evaluate",
            zeros(),
            "--weights",
            weights(),
            "--data",
            data,
            "--samples",
            "100",
            "--latency-seconds",
            "0",
            "--json");
    assertThat(measured.exitCode()).as(measured.error()).isZero();
    assertThat(measured.json().get("value").asDouble()).isGreaterThan(70);
    Path smaller = folder.resolve("smaller.onnx");
    CommandRun pruned =
        run(
            "prune",
            zeros(),
            "--weights",
            weights(),
            "--data",
            data,
            "-o",
            smaller,
            "--samples",
            "50",
            "--flops-target",
            "0.2",
            "--json");
    assertThat(pruned.exitCode()).as(pruned.error()).isZero();
    assertThat(pruned.json().at("/before/metric").asDouble()).isGreaterThan(70);
    assertThat(run("inspect", zeros(), "--weights", weights()).exitCode()).isZero();
  }

  @Test
  void whatIsMissingIsNamed() {
    Path file = folder.resolve("file.onnx");
    Model model = ModelFiles.read(twin());
    GraphEditor editor = new GraphEditor(model.graph());
    editor.constant("more.bias", Tensor.ofFloats(new float[4], 4));
    ModelFiles.write(model.withGraph(editor.build()), file, true);
    CommandRun refused =
        run("convert", file, "--weights", weights(), "-o", folder.resolve("a.onnx"));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("[more.bias]").contains("--partial-weights");
    CommandRun partial =
        run(
            "convert",
            file,
            "--weights",
            weights(),
            "--partial-weights",
            "-o",
            folder.resolve("b.onnx"));
    assertThat(partial.exitCode()).as(partial.error()).isZero();
    assertThat(partial.error()).contains("more.bias");
  }

  /**
   * Its convolutions have other weights than those of training: putting these in would be wrong.
   */
  @Test
  void aGraphWithFoldedBatchNormalizationIsRefused() {
    Path file = folder.resolve("folded.onnx");
    Model folded = Normalization.standard().apply(ModelFiles.read(twin())).model();
    ModelFiles.write(folded, file, true);
    CommandRun refused =
        run("convert", file, "--weights", weights(), "-o", folder.resolve("a.onnx"));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("batch normalization").contains("running_mean");
  }

  @Test
  void anotherNetIsRefused() {
    Path output = folder.resolve("a.onnx");
    CommandRun larger =
        run(
            "convert",
            SharedFiles.data("models/classification/resnet56-cifar10.onnx"),
            "--weights",
            weights(),
            "-o",
            output);
    assertThat(larger.exitCode()).isEqualTo(2);
    assertThat(larger.error()).contains("has nothing for").contains("and ");
    CommandRun none = run("convert", twin(), "--weights", folder.resolve("none.pth"), "-o", output);
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.error()).contains("There is no file").contains("none.pth");
    CommandRun alone = run("convert", twin(), "--partial-weights", "-o", output);
    assertThat(alone.error()).contains("goes with --weights");
  }
}
