package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeTest {
  private static final Pattern FIGURE =
      Pattern.compile("data-field=\"([^\"]+)\" data-value=\"([^\"]+)\">");

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
  void thePlanOfAnotherModelIsRefused() throws IOException {
    CommandRun made =
        CommandRun.of(
            "quantize",
            model,
            "--data",
            data,
            "-o",
            output,
            "--no-latency-guard",
            "--no-evaluate",
            "--no-report");
    assertThat(made.exitCode()).as(made.error()).isZero();
    String node =
        ModelFiles.read(model).graph().nodes().stream()
            .filter(one -> one.is("Conv", "MatMul", "Gemm"))
            .map(Node::name)
            .findFirst()
            .orElseThrow();
    Path plan = folder.resolve("out.plan.json");
    Files.writeString(plan, Files.readString(plan).replace("\"" + node + "\"", "\"elsewhere\""));
    assertWrong(
        "made for another model",
        "quantize",
        model,
        "--data",
        data,
        "-o",
        folder.resolve("other.onnx"),
        "--plan",
        plan);
  }

  @Test
  void thePageShowsWhatTheJsonSays() throws IOException {
    CommandRun run =
        CommandRun.of(
            "quantize", model, "--data", data, "-o", output, "--no-latency-guard", "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    JsonNode json = run.json();
    assertThat(json.fieldNames())
        .toIterable()
        .contains(
            "before",
            "after",
            "agreement",
            "samples",
            "seconds",
            "peakMemoryBytes",
            "output",
            "findings");
    assertThat(json.at("/agreement").asDouble()).isEqualTo(100);
    assertThat(json.at("/evaluatedSamples").asInt()).isEqualTo(24);
    assertThat(json.at("/layers/0/sqnrDb").asDouble()).isPositive();
    assertThat(json.at("/ranges/0/observedHigh").asDouble()).isPositive();
    assertThat(json.at("/graph").size()).isEqualTo(3);
    assertThat(json.at("/seconds/stages").fieldNames())
        .toIterable()
        .containsExactly("read", "calibrate", "quantize", "write", "evaluate", "analyse");
    Matcher figure = FIGURE.matcher(Files.readString(folder.resolve("out.html")));
    Set<String> shown = new HashSet<>();
    while (figure.find()) {
      shown.add(figure.group(1));
      assertThat(Double.parseDouble(figure.group(2)))
          .as(figure.group(1))
          .isEqualTo(json.at("/" + figure.group(1)).asDouble());
    }
    assertThat(shown)
        .contains(
            "before/metric",
            "after/metric",
            "before/sizeBytes",
            "after/latencyMillis",
            "agreement",
            "seconds/total",
            "peakMemoryBytes",
            "layers/0/sqnrDb");
    assertThat(new ObjectMapper().readTree(folder.resolve("out.run.json").toFile()))
        .isEqualTo(json);
  }

  @Test
  void theModelCarriesWhatItWasMadeOfButNoPlaceOrTime() {
    CommandRun.of("quantize", model, "--data", data, "-o", output, "--no-latency-guard");
    Map<String, String> metadata = ModelFiles.read(output).metadata();
    assertThat(metadata)
        .containsEntry("nncf4j.samples", "24")
        .containsEntry("nncf4j.seed", "1")
        .containsEntry("nncf4j.bias-correction", "fast")
        .containsKeys("nncf4j.version", "nncf4j.engine", "nncf4j.preset");
    for (String hash : List.of("nncf4j.model", "nncf4j.plan", "nncf4j.calibration")) {
      assertThat(metadata.get(hash)).as(hash).matches("sha256:[0-9a-f]{64}");
    }
    assertThat(metadata.values()).noneMatch(value -> value.contains(folder.toString()));
  }

  @Test
  void optionsReachThePlan() {
    CommandRun run =
        CommandRun.of(
            "quantize",
            model,
            "--data",
            data,
            "-o",
            output,
            "--no-latency-guard",
            "--no-evaluate",
            "--preset",
            "mixed",
            "--target-device",
            "CPU_SPR",
            "--target-runtime",
            "openvino",
            "--bias-correction",
            "none",
            "--range",
            "mean",
            "--seed",
            "7",
            "--subset-size",
            "5");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(ModelFiles.read(output).metadata())
        .containsEntry("nncf4j.preset", "mixed")
        .containsEntry("nncf4j.target-device", "cpu-spr")
        .containsEntry("nncf4j.target-runtime", "openvino")
        .containsEntry("nncf4j.bias-correction", "none")
        .containsEntry("nncf4j.range", "mean-min-max")
        .containsEntry("nncf4j.seed", "7")
        .containsEntry("nncf4j.samples", "5");
    assertWrong(
        "--activation-bits takes",
        "quantize",
        model,
        "--data",
        data,
        "-o",
        output,
        "--activation-bits",
        "4");
  }

  @Test
  void filesOfAnEarlierRunAreNamed() throws IOException {
    Path plan = Files.writeString(folder.resolve("out.plan.json"), "{}");
    assertWrong(plan + " of an earlier run", "quantize", model, "--data", data, "-o", output);
    assertThat(plan).hasContent("{}");
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
    assertWrong(
        "--subset-size takes",
        "quantize",
        model,
        "--data",
        data,
        "-o",
        output,
        "--subset-size",
        "-1");
    assertWrong(
        "--threads takes", "quantize", model, "--data", data, "-o", output, "--threads", "0");
    assertWrong(".onnx", "quantize", model, "--data", data, "-o", folder.resolve("o.txt"));
    assertWrong("name of the file", "quantize", model, "--data", data, "-o", "");
    assertWrong("is a folder", "quantize", folder, "--data", data, "-o", output);
    assertWrong(
        "is the model that is read", "quantize", model, "--data", data, "-o", model, "--force");
    assertWrong(
        "--plan and --preset exclude each other",
        "quantize",
        model,
        "--data",
        data,
        "-o",
        output,
        "--plan",
        "p",
        "--preset",
        "mixed");
    assertWrong(
        "exclude each other",
        "quantize",
        model,
        "--data",
        data,
        "-o",
        output,
        "--samples",
        3,
        "--no-evaluate");
    assertWrong(
        "first->last",
        "quantize",
        model,
        "--data",
        data,
        "-o",
        output,
        "--ignored-subgraphs",
        "a:b");
    Path plan = Files.writeString(folder.resolve("plan.json"), "{");
    assertWrong(
        "is no quantization plan", "quantize", model, "--data", data, "-o", output, "--plan", plan);
    assertThat(output).doesNotExist();
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

  @Test
  void weightsThatAreNoNumbersAreNamed() {
    SmallModels.colours(model, Dimension.symbol("N"), Float.NaN);
    assertWrong(
        "\"convolution\" (Conv): 3 of the 9 values of its weight \"weight\"",
        "quantize",
        model,
        "--data",
        data,
        "-o",
        output);
  }

  private static void assertWrong(String said, Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.error()).startsWith("nncf: ").contains(said);
  }
}
