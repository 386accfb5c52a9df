package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneTest {
  @TempDir Path folder;
  private final Random random = new Random(5);
  private Path model;
  private Path data;
  private Path output;

  @BeforeEach
  void makeModelAndData() throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    for (int index = 0; index < 12; index++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 64; pixel++) {
        image.setRGB(pixel % 8, pixel / 8, random.nextInt(1 << 24));
      }
      ImageIO.write(image, "png", images.resolve(index + ".png").toFile());
    }
    data = Files.writeString(folder.resolve("data.yaml"), "images: images\n");
    model = folder.resolve("net.onnx");
    ModelFiles.write(net(), model, false);
    output = folder.resolve("out.onnx");
  }

  private Tensor random(long... shape) {
    float[] values = new float[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) random.nextGaussian() * 0.2f;
    }
    return Tensor.ofFloats(values, shape);
  }

  private Model net() {
    GraphEditor editor = GraphEditor.empty("net");
    Shape shape =
        Shape.of(Dimension.symbol("N"), Dimension.of(3), Dimension.of(8), Dimension.of(8));
    editor.input(new Value("x", new TensorType(DataType.FLOAT32, shape)));
    long[][] weights = {{16, 3, 3, 3}, {32, 16, 3, 3}, {4, 32, 3, 3}};
    String value = "x";
    for (int layer = 0; layer < weights.length; layer++) {
      String name = "conv" + layer;
      editor.constant(name + ".w", random(weights[layer]));
      editor.add(
          Node.onnx(
              name,
              "Conv",
              Attributes.NONE.with("pads", 1L, 1L, 1L, 1L),
              List.of(value, name + ".w"),
              List.of(name)));
      editor.add(
          Node.onnx("relu" + layer, "Relu", Attributes.NONE, List.of(name), List.of("y" + layer)));
      value = "y" + layer;
    }
    editor.output(new Value(value, null));
    return Model.of(editor.build());
  }

  private CommandRun prune(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("prune", model, "--data", data, "-o", output));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  void removesArithmeticFromTheFile() throws IOException {
    CommandRun run = prune("--flops-target", 0.4, "--json");
    assertThat(run.exitCode()).isZero();
    JsonNode json = run.json();
    long before = json.get("before").get("flops").asLong();
    long after = json.get("after").get("flops").asLong();
    assertThat(before).isEqualTo(2L * 64 * 9 * (16 * 3 + 32 * 16 + 4 * 32));
    assertThat(after).isBetween(1L, (long) (0.6 * before));
    assertThat(json.get("samples").asInt()).isEqualTo(12);
    assertThat(json.get("filters").get(0).get("kept").asText()).hasSize(16);
    assertThat(json.get("filters").toString()).contains("0");
    assertThat(json.get("provenance").get("goal").asText()).isEqualTo("flops");
    assertThat(Files.readString(folder.resolve("out.html"))).contains("Filters kept in each layer");
    Tensor weight =
        ModelFiles.read(output).graph().constants().values().stream()
            .filter(tensor -> tensor.rank() == 4)
            .findFirst()
            .orElseThrow();
    assertThat(weight.dimension(1)).isEqualTo(3);
    assertThat(Files.size(output)).isLessThan(Files.size(model));
  }

  @Test
  void prunesAndQuantizesInOneRun() throws IOException {
    CommandRun run =
        prune("--flops-target", 0.4, "--int8", "--no-latency-guard", "--no-evaluate", "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("provenance").get("quantization").asText()).isEqualTo("8 bits");
    assertThat(ModelFiles.read(output).graph().nodes())
        .anyMatch(node -> node.is("QuantizeLinear"))
        .anyMatch(node -> node.is("Conv"));
  }

  @Test
  void prunesAModelOf8BitsAndSaysThatItsLayersAreNotFitted() throws IOException {
    Path quantized = folder.resolve("net8.onnx");
    CommandRun made =
        CommandRun.of(
            "quantize",
            model,
            "--data",
            data,
            "-o",
            quantized,
            "--no-latency-guard",
            "--no-evaluate",
            "--no-report");
    assertThat(made.exitCode()).as(made.error()).isZero();
    CommandRun run =
        CommandRun.of(
            "prune", quantized, "--data", data, "-o", output, "--flops-target", 0.4, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("findings").toString()).contains("not-compensated", "--int8");
    assertThat(run.json().get("samples").asInt()).isZero();
    assertThat(run.json().get("after").get("flops").asLong())
        .isLessThan(run.json().get("before").get("flops").asLong());
  }

  @Test
  void weightsStoredInHalfPrecisionStayInHalfPrecision() throws IOException {
    ModelFiles.write(halved(net()), model, true);
    CommandRun run = prune("--flops-target", 0.4, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    Model made = ModelFiles.read(output);
    assertThat(made.graph().constants().values())
        .filteredOn(tensor -> tensor.rank() == 4)
        .hasSize(3)
        .allMatch(tensor -> tensor.dataType() == DataType.FLOAT16);
    assertThat(run.json().get("samples").asInt()).as("layers are still fitted").isEqualTo(12);
    assertThat(Files.size(output)).isLessThan(Files.size(model));
  }

  /** Weights and biases that fit more than the means of single samples. */
  @Test
  void aModelForSingleSamplesIsFittedAsOneForAny() throws IOException {
    Model free = ModelFiles.read(model);
    CommandRun first = prune("--flops-target", 0.4, "--json", "--no-report");
    assertThat(first.exitCode()).as(first.error()).isZero();
    Map<String, Tensor> expected = ModelFiles.read(output).graph().constants();
    GraphEditor editor = new GraphEditor(free.graph());
    Value input = free.graph().inputs().get(0);
    TensorType type = input.tensorType();
    editor.inputs(
        List.of(
            new Value(
                input.name(),
                type.withShape(Objects.requireNonNull(type.shape()).with(0, Dimension.of(1))))));
    ModelFiles.write(free.withGraph(editor.build()), model, true);
    CommandRun run = prune("--flops-target", 0.4, "--json", "--no-report", "--force");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("samples").asInt()).isEqualTo(12);
    assertThat(run.json().get("findings").toString()).doesNotContain("not-compensated");
    Model made = ModelFiles.read(output);
    assertThat(made.graph().inputs().get(0).tensorType().shape().get(0)).isEqualTo(Dimension.of(1));
    assertThat(made.graph().constants()).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertThat(made.graph().constants().get(name).toFloats())
                .as(name)
                .containsExactly(tensor.toFloats(), within(1e-5f)));
  }

  @Test
  void saysWhenMoreWentThanWasAskedFor() {
    CommandRun run = prune("--flops-target", 0.1, "--multiple", 16, "--no-report");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.out()).contains("10.0 % were asked for").contains("multiples of 16 stay");
    CommandRun exact = prune("--flops-target", 0.4, "--multiple", 1, "--no-report", "--force");
    assertThat(exact.out() + exact.error()).doesNotContain("were asked for");
  }

  private static Model halved(Model model) {
    GraphEditor editor = new GraphEditor(model.graph());
    for (Node node : model.graph().nodes()) {
      if (node.is("Conv")) {
        String name = node.input(1);
        Tensor weight = model.graph().constants().get(name);
        editor.constant(
            name + "16", Tensor.ofDoubles(DataType.FLOAT16, weight.toDoubles(), weight.shape()));
        editor.removeConstant(name);
        editor.add(
            Node.onnx(
                name, "Cast", Attributes.NONE.with("to", 1L), List.of(name + "16"), List.of(name)));
      }
    }
    return model.withGraph(editor.build());
  }

  @Test
  void theSameJobGivesTheSameBytes() throws IOException {
    prune("--target", 0.5, "--no-evaluate", "--no-report");
    byte[] first = Files.readAllBytes(output);
    prune("--target", 0.5, "--no-evaluate", "--no-report", "--force");
    assertThat(Files.readAllBytes(output)).isEqualTo(first);
  }

  @Test
  void wrongTargetsAreRefused() {
    assertRefused("Give one of", "--no-report");
    assertRefused("Give one of", "--target", 0.5, "--flops-target", 0.5);
    assertRefused("more than 0 and less than 1", "--flops-target", 1.5);
    assertRefused("at most", "--flops-target", 0.99);
    assertRefused("one of L1", "--target", 0.5, "--importance", "luck");
    assertRefused("ignored", "--target", 0.5, "--ignored-patterns", "conv.*");
    assertRefused("No filter would go", "--target", 0.01);
    assertRefused("not uniformly", "--flops-target", 0.3, "--uniform", "--remove-blocks");
    assertRefused("share of the filters", "--target", 0.5, "--remove-blocks");
  }

  private void assertRefused(String message, Object... options) {
    CommandRun run = prune(options);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains(message).doesNotContain("at io.nncf4j");
    assertThat(output).doesNotExist();
  }
}
