package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeTest {
  @TempDir Path folder;
  private Path model;
  private Path data;
  private Path output;

  @BeforeEach
  void makeData() throws IOException {
    Random random = new Random(3);
    String[] names = {"blue", "green", "red"};
    for (int label = 0; label < names.length; label++) {
      Path images = Files.createDirectories(folder.resolve("images").resolve(names[label]));
      for (int index = 0; index < 8; index++) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 64; pixel++) {
          image.setRGB(pixel % 8, pixel / 8, (100 + random.nextInt(156)) << (8 * label));
        }
        ImageIO.write(image, "png", images.resolve(index + ".png").toFile());
      }
    }
    data =
        Files.writeString(
            folder.resolve("data.yaml"),
            """
            images: images
            labels: folders
            input:
              color: BGR
              scale: 0.00392156862745098
            metric: top1
            """);
    model = SmallModels.colours(folder.resolve("colours.onnx"), Dimension.symbol("N"), 1);
    output = folder.resolve("out.onnx");
  }

  @Test
  void quantizesAndMeasures() throws IOException {
    CommandRun run =
        CommandRun.of(
            "quantize", model, "--data", data, "-o", output, "--no-latency-guard", "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    JsonNode json = run.json();
    assertThat(json.get("before").get("metric").asDouble()).isEqualTo(100);
    assertThat(json.get("after").get("metric").asDouble()).isEqualTo(100);
    assertThat(json.get("after").get("latencyMillis").asDouble()).isPositive();
    assertThat(json.get("samples").asInt()).isEqualTo(24);
    assertThat(json.get("output").asText()).isEqualTo(output.toString());
    assertThat(ModelFiles.read(output).graph().nodes())
        .extracting(Node::type)
        .contains("QuantizeLinear", "DequantizeLinear");
    assertThat(folder.resolve("out.plan.json")).isNotEmptyFile();
    assertThat(folder.resolve("out.html")).isNotEmptyFile();
  }

  @Test
  void theSamePlanGivesTheSameBytesOnAnyNumberOfThreads() throws IOException {
    Path again = folder.resolve("again.onnx");
    CommandRun first =
        CommandRun.of(
            "quantize",
            model,
            "--data",
            data,
            "-o",
            output,
            "--no-latency-guard",
            "--no-evaluate",
            "--no-report",
            "--threads",
            "1");
    CommandRun second =
        CommandRun.of(
            "quantize",
            model,
            "--data",
            data,
            "-o",
            again,
            "--plan",
            folder.resolve("out.plan.json"),
            "--no-evaluate",
            "--no-report",
            "--threads",
            "2");
    assertThat(first.exitCode()).as(first.error()).isZero();
    assertThat(second.exitCode()).as(second.error()).isZero();
    assertThat(again).hasSameBinaryContentAs(output);
    assertThat(folder.resolve("out.html")).doesNotExist();
  }

  @Test
  void neverReturnsASlowerModel() {
    CommandRun run =
        CommandRun.of("quantize", model, "--data", data, "-o", output, "--no-evaluate");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.out()).contains("quantize").contains("latency");
  }

  @Test
  void saysInOneSentenceWhatIsWrong() throws IOException {
    Path existing = Files.writeString(folder.resolve("existing.onnx"), "mine");
    assertWrong("existing.onnx", "quantize", model, "--data", data, "-o", existing);
    assertThat(existing).hasContent("mine");
    assertWrong("nothing", "quantize", model, "--data", data, "-o", output, "--ignored", "nothing");
    assertWrong("sample", "quantize", model, "--data", data, "-o", output, "--subset-size", "0");
    Path plan = Files.writeString(folder.resolve("plan.json"), "{");
    assertWrong("plan", "quantize", model, "--data", data, "-o", output, "--plan", plan);
    Path quantized = folder.resolve("quantized.onnx");
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
    assertWrong("quantized already", "quantize", quantized, "--data", data, "-o", output);
    assertThat(output).doesNotExist();
  }

  private static void assertWrong(String said, Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.error()).startsWith("nncf: ").contains(said);
  }
}
