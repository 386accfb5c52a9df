package io.nncf4j.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.testing.SharedFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EvaluateTest {
  private static final String[] NAMES = {"blue", "green", "red"};
  private static final int[] COLOURS = {0x0000FF, 0x00FF00, 0xFF0000};

  @TempDir Path folder;
  private Path model;
  private Path data;

  /** Ten pictures of each class; class 0 is blue, and its score is the third. */
  @BeforeEach
  void makeData() throws IOException {
    for (int label = 0; label < NAMES.length; label++) {
      Path images = Files.createDirectories(folder.resolve("images").resolve(NAMES[label]));
      for (int index = 0; index < 10; index++) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 64; pixel++) {
          image.setRGB(pixel % 8, pixel / 8, COLOURS[label]);
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
  }

  @Test
  void measuresMetricLatencyAndThroughput() throws IOException {
    CommandRun run = CommandRun.of("evaluate", model, "--data", data, "--json");
    assertThat(run.error()).isEmpty();
    assertThat(run.exitCode()).isZero();
    JsonNode json = run.json();
    assertThat(json.get("metric").asText()).isEqualTo("top-1");
    assertThat(json.get("value").asDouble()).isEqualTo(100);
    assertThat(json.get("samples").asInt()).isEqualTo(30);
    assertThat(json.get("throughput").asDouble()).isPositive();
    JsonNode latency = json.get("latency");
    assertThat(latency.get("medianNanos").asDouble()).isPositive();
    assertThat(latency.get("p90Nanos").asDouble())
        .isGreaterThanOrEqualTo(latency.get("medianNanos").asDouble());
  }

  @Test
  void printsATable() {
    CommandRun run = CommandRun.of("evaluate", model, "--data", data, "--samples", "7");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("7 samples").contains("top-1       100.00 %").contains("median");
  }

  @Test
  void measuresAveragePrecisionOfBoxes() throws IOException {
    Path detector = SmallModels.detector(folder.resolve("detector.onnx"));
    Files.writeString(
        folder.resolve("objects.json"),
        """
        {"images": [{"id": 1, "file_name": "0.png", "width": 8, "height": 8}],
         "categories": [{"id": 3, "name": "circle"}, {"id": 7, "name": "square"}],
         "annotations": [
           {"id": 1, "image_id": 1, "category_id": 7, "bbox": [0, 0, 4, 4], "area": 16, "iscrowd": 0},
           {"id": 2, "image_id": 1, "category_id": 3, "bbox": [2, 2, 6, 6], "area": 36, "iscrowd": 0}]}
        """);
    String description = "images: images/red\nannotations: objects.json\nmetric: coco-map\n";
    Path unsaid = Files.writeString(folder.resolve("unsaid.yaml"), description);
    assertWrong("under the key \"output\"", "evaluate", detector, "--data", unsaid);
    Path said =
        Files.writeString(
            folder.resolve("said.yaml"), description + "output: {boxes: boxes, scores: scores}\n");
    CommandRun run = CommandRun.of("evaluate", detector, "--data", said, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("value").asDouble()).isCloseTo(100, within(0.01));
  }

  @Test
  void measuresPerplexity() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), "to be or not to be, that is");
    Path description =
        Files.writeString(
            folder.resolve("text.yaml"),
            "text: " + text.getFileName() + "\nwindow: 8\nmetric: perplexity\n");
    Path language = SmallModels.languageModel(folder.resolve("language.onnx"));
    CommandRun run = CommandRun.of("evaluate", language, "--data", description, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("value").asDouble()).isCloseTo(256, within(0.01));
  }

  @Test
  void leavesLatencyOutWhenAsked() throws IOException {
    CommandRun run =
        CommandRun.of("evaluate", model, "--data", data, "--json", "--latency-seconds", "0");
    assertThat(run.json().has("latency")).isFalse();
    assertThat(run.json().get("value").asDouble()).isEqualTo(100);
  }

  @Test
  void givesTheSameFigureInBatches() throws IOException {
    Path fixed = SmallModels.colours(folder.resolve("fixed.onnx"), Dimension.of(4), 1);
    for (CommandRun run :
        new CommandRun[] {
          CommandRun.of("evaluate", model, "--data", data, "--json", "--batch", "7"),
          CommandRun.of("evaluate", fixed, "--data", data, "--json")
        }) {
      assertThat(run.error()).isEmpty();
      assertThat(run.json().get("value").asDouble()).isEqualTo(100);
      assertThat(run.json().get("samples").asInt()).isEqualTo(30);
    }
    CommandRun wrong = CommandRun.of("evaluate", fixed, "--data", data, "--batch", "3");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.error()).contains("batches of 4 only");
  }

  @Test
  void skipsABrokenPictureAndNamesIt() throws IOException {
    Files.writeString(folder.resolve("images/red/3.png"), "no picture");
    CommandRun run = CommandRun.of("evaluate", model, "--data", data);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("29 samples, 1 broken ones skipped");
    assertThat(run.error()).contains("3.png").hasLineCount(1);
  }

  @Test
  void failsWhenEveryPictureIsBroken() throws IOException {
    Path lonely = Files.createDirectories(folder.resolve("lonely/red"));
    Files.writeString(lonely.resolve("1.png"), "no picture");
    Path description =
        Files.writeString(folder.resolve("lonely.yaml"), "images: lonely\nlabels: folders\n");
    CommandRun run = CommandRun.of("evaluate", model, "--data", description);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("None of the 1 samples").contains("1.png");
  }

  @Test
  void saysInOneSentenceWhatIsWrong() throws IOException {
    Path wrongSize =
        Files.writeString(
            folder.resolve("wrong.yaml"),
            "images: images\nlabels: folders\ninput:\n  resize: {shorter: 16}\nmetric: top1\n");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path emptyData = Files.writeString(folder.resolve("empty.yaml"), "images: " + empty + "\n");
    assertWrong("image", "evaluate", model, "--data", wrongSize);
    assertWrong("empty", "evaluate", model, "--data", emptyData);
    assertWrong("none.yaml", "evaluate", model, "--data", folder.resolve("none.yaml"));
    assertWrong("none.onnx", "evaluate", folder.resolve("none.onnx"), "--data", data);
    assertWrong("\"fast\"", "evaluate", model, "--data", data, "--engine", "fast");
    assertWrong("\"nothing\"", "evaluate", model, "--data", data, "--output", "nothing");
    assertWrong("--batch takes", "evaluate", model, "--data", data, "--batch", "0");
    assertWrong("--threads takes", "evaluate", model, "--data", data, "--threads", "0");
    assertWrong("--samples", "evaluate", model, "--data", data, "--samples", "-1");
  }

  private static void assertWrong(String said, Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.error()).startsWith("nncf: ").contains(said).hasLineCount(1);
  }

  @Test
  void runsOnTheOtherEngineToo() throws IOException {
    CommandRun run =
        CommandRun.of("evaluate", model, "--data", data, "--json", "--engine", "libtorch");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("value").asDouble()).isEqualTo(100);
    assertThat(run.json().get("engine").asText()).startsWith("libtorch");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void endsAtControlC() throws IOException, InterruptedException {
    Path description = Files.writeString(folder.resolve("many.yaml"), "images: many.npy\n");
    writeBlackPictures(folder.resolve("many.npy"), 1_000_000);
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx512m",
                "@" + classPath(),
                Main.class.getName(),
                "evaluate",
                model.toString(),
                "--data",
                description.toString())
            .start();
    // Begun or not, it has much work left, and any moment will do.
    process.waitFor(3, TimeUnit.SECONDS);
    boolean deaf = ignoresInterrupts();
    String signal = deaf ? "-TERM" : "-INT";
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor()).isEqualTo(deaf ? 143 : 130);
    assertThat(process.inputReader().lines()).isEmpty();
    // Without the launcher's options, newer JVMs warn of what libraries do.
    assertThat(process.errorReader().lines())
        .filteredOn(line -> !line.isBlank() && !line.startsWith("WARNING:"))
        .allMatch(line -> line.startsWith("evaluating ["));
  }

  /** Shells let what they start in the background ignore Ctrl-C, and children inherit that. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    long signals = Long.parseUnsignedLong(ignored.substring(ignored.indexOf(':') + 1).strip(), 16);
    return (signals & 1L << (2 - 1)) != 0;
  }

  /** An NPY file of 8 x 8 pictures that takes no room on most disks. */
  private static void writeBlackPictures(Path file, int count) throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + count + ", 8, 8, 3), }";
    byte[] padded = (header + " ".repeat(117 - header.length()) + "\n").getBytes(US_ASCII);
    try (RandomAccessFile npy = new RandomAccessFile(file.toFile(), "rw")) {
      npy.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) padded.length, 0});
      npy.write(padded);
      npy.setLength(npy.getFilePointer() + count * 192L);
    }
  }

  /** In a file: ONNX Runtime for Java cannot bear a long command line. */
  private Path classPath() throws IOException {
    String quoted = System.getProperty("java.class.path").replace("\\", "\\\\");
    return Files.writeString(folder.resolve("class-path"), "-cp\n\"" + quoted + "\"\n");
  }

  /** Where the library of OpenVINO is not installed, one sentence says how to get it. */
  @Test
  void anEngineWithoutItsLibrarySaysHowToGetIt() {
    Path model = SharedFiles.data("models/cross-format-samplenet/samplenet.onnx");
    Path pictures = SharedFiles.data("cifar10/test.yaml");
    CommandRun run =
        CommandRun.of(
            "evaluate", model, "--data", pictures, "--samples", "4", "--engine", "openvino");
    if (run.exitCode() != 0) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.error()).contains("OpenVINO").contains("OPENVINO_DIR").hasLineCount(1);
    }
  }

  @Test
  void givesTheKnownFigureOfARealModel() throws IOException {
    Path real = SharedFiles.data("models/classification/mobilenet_v1_0.25_224.onnx");
    Path photos = SharedFiles.data("imagenet-500/mobilenet.yaml");
    CommandRun run = CommandRun.of("evaluate", real, "--data", photos, "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.json().get("value").asDouble()).isCloseTo(57.0, within(0.6));
  }
}
