package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    CommandRun run = quantize("--no-latency-guard", "--json");
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
  void theSamePlanGivesTheSameBytesOnAnyNumberOfThreads() {
    Path again = folder.resolve("again.onnx");
    quantize("--no-latency-guard", "--no-evaluate", "--no-report", "--threads", 1);
    Path plan = folder.resolve("out.plan.json");
    succeeded(
        command(model, again, "--plan", plan, "--no-evaluate", "--no-report", "--threads", 2));
    assertThat(again).hasSameBinaryContentAs(output);
    assertThat(folder.resolve("out.html")).doesNotExist();
  }

  /** Whatever the guard decides on this machine, its plan gives the same again. */
  @Test
  void thePlanOfTheGuardGivesTheSameBytes() {
    Path again = folder.resolve("again.onnx");
    quantize("--no-evaluate", "--threads", 2);
    Path plan = folder.resolve("out.plan.json");
    succeeded(command(model, again, "--plan", plan, "--no-evaluate", "--threads", 1));
    assertThat(again).hasSameBinaryContentAs(output);
    assertThat(folder.resolve("again.plan.json")).hasSameTextualContentAs(plan);
  }

  /**
   * What is measured in the first run, and what is asked for, comes from the plan in the second.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--range percentile --weight-range minmax --overflow-fix first_layer",
        "--range histogram --target-runtime none --preset mixed",
        "--smooth-quant-convolution-alpha 0.5 --smooth-quant-alpha -1",
        "--wide-activation-types Conv --channel-alignment",
        "--model-type transformer --ignored-names pooling"
      })
  void aPlanReplaysAllThatDecided(String options) {
    Path again = folder.resolve("again.onnx");
    List<Object> first = new ArrayList<>(List.of("--no-evaluate", "--threads", 1));
    first.addAll(Stream.of(options.split(" ")).filter(option -> !option.isEmpty()).toList());
    // The guard may find float to be faster; its choice is in the plan too, but then there is none.
    first.add("--no-latency-guard");
    quantize(first.toArray());
    Path plan = folder.resolve("out.plan.json");
    CommandRun second =
        succeeded(command(model, again, "--plan", plan, "--no-evaluate", "--threads", 2));
    assertThat(again).hasSameBinaryContentAs(output);
    assertThat(folder.resolve("again.plan.json")).hasSameTextualContentAs(plan);
    assertThat(second.error()).isEmpty();
  }

  @Test
  void thePlanOfAnotherModelIsRefused() throws IOException {
    quantize("--no-latency-guard", "--no-evaluate", "--no-report");
    String node =
        ModelFiles.read(model).graph().nodes().stream()
            .filter(one -> one.is("Conv", "MatMul", "Gemm"))
            .map(Node::name)
            .findFirst()
            .orElseThrow();
    Path plan = folder.resolve("out.plan.json");
    Files.writeString(plan, Files.readString(plan).replace("\"" + node + "\"", "\"elsewhere\""));
    assertRefused(
        command(model, folder.resolve("other.onnx"), "--plan", plan), "made for another model");
  }

  /** A plan that was written by hand must not make a broken model. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"input\" : 1=\"input\" : -1=which reads none there",
        "\"input\" : 1=\"input\" : 0=which reads \"image\"",
        "\"channelAxis\" : 0=\"channelAxis\" : 7=along axis 7",
        "\"bodies\" : { }=\"bodies\" : { \"loop:body\" : PLAN }=body \"loop:body\""
      })
  void aPlanThatDoesNotFitTheNodesIsRefused(String change) throws IOException {
    quantize("--no-latency-guard", "--no-evaluate", "--no-report");
    String[] parts = change.split("=");
    Path plan = folder.resolve("out.plan.json");
    String text = Files.readString(plan);
    assertThat(text).contains(parts[0]);
    Files.writeString(plan, text.replace(parts[0], parts[1].replace("PLAN", text)));
    Path other = folder.resolve("other.onnx");
    assertRefused(command(model, other, "--plan", plan, "--no-evaluate"), parts[2]);
    assertThat(other).doesNotExist();
  }

  /** The runtime has no convolution for it, so that the model before cannot run as it is. */
  @Test
  void aModelOfDoublesIsMeasuredInFloat32() {
    SmallModels.colours(model, Dimension.of(1), 1, DataType.FLOAT64);
    CommandRun run = quantize("--no-latency-guard");
    assertThat(run.error() + run.out()).contains("the model before was measured in float32");
  }

  /** Each sample stands in all places of a batch: ranges, means and scores are the same. */
  @Test
  void aModelOfFixedBatchesIsCalibratedAsOneOfSingleSamples() throws IOException {
    quantize("--no-latency-guard");
    Map<String, Tensor> expected = ModelFiles.read(output).graph().constants();
    SmallModels.colours(model, Dimension.of(4), 1);
    JsonNode json = quantize("--no-latency-guard", "--json", "--force").json();
    assertThat(json.at("/after/metric").asDouble()).isEqualTo(100);
    assertThat(json.get("samples").asInt()).isEqualTo(24);
    assertThat(json.get("evaluatedSamples").asInt()).isEqualTo(24);
    assertThat(ModelFiles.read(output).graph().constants()).isEqualTo(expected);
  }

  @Test
  void samplesThatDoNotFitTheInputAreNamed() throws IOException {
    String description = Files.readString(data);
    Files.writeString(data, description.replace("color: BGR", "color: GRAY"));
    assertRefused("png has the shape [1, 8, 8], but the input \"image\" of the model takes");
    Files.writeString(data, description.replace("color: BGR", "crop: 4"));
    assertRefused("change resize, crop, color or layout under the key \"input\"");
  }

  @Test
  void picturesWithoutLabelCalibrateToo() throws IOException {
    Files.writeString(folder.resolve("labels.csv"), "red/1.png,2\n");
    Files.writeString(data, Files.readString(data).replace("folders", "labels.csv"));
    JsonNode json = quantize("--no-latency-guard", "--json").json();
    assertThat(json.get("samples").asInt()).isEqualTo(24);
    assertThat(json.get("evaluatedSamples").asInt()).isEqualTo(1);
    assertThat(json.get("findings").findValuesAsText("code")).contains("image-without-label");
  }

  @Test
  void labelsThatNoClassHasAreNamedBeforeCalibrating() throws IOException {
    Files.writeString(folder.resolve("images/red/1.png"), "no picture");
    Files.writeString(folder.resolve("labels.csv"), "red/1.png,3\n");
    Files.writeString(data, Files.readString(data).replace("folders", "labels.csv"));
    assertRefused(data + ": the sample red/1.png has the class index 3, which does not exist");
    CommandRun run = CommandRun.of("evaluate", model, "--data", data);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("red/1.png has the class index 3");
    assertThat(run.out()).isEmpty();
  }

  /** Calibration and measuring meet the same picture. */
  @Test
  void aBrokenPictureIsToldOnce() throws IOException {
    Files.writeString(folder.resolve("images/red/3.png"), "no picture");
    JsonNode json = quantize("--no-latency-guard", "--json").json();
    assertThat(json.get("findings").findValuesAsText("code"))
        .containsOnlyOnce("broken-sample")
        .contains("fewer-samples");
    assertThat(json.get("samples").asInt()).isEqualTo(23);
  }

  @Test
  void tellsOfSamplesThatCalibratedToo() throws IOException {
    assertThat(quantize("--no-latency-guard", "--json").json().get("findings").toString())
        .contains("24 of the 24 samples measured calibrated the model too");
  }

  @Test
  void thePageShowsWhatTheJsonSays() throws IOException {
    CommandRun run = quantize("--no-latency-guard", "--json");
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
    quantize("--no-latency-guard");
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
        quantize(
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
    assertThat(ModelFiles.read(output).metadata())
        .containsEntry("nncf4j.preset", "mixed")
        .containsEntry("nncf4j.target-device", "cpu-spr")
        .containsEntry("nncf4j.target-runtime", "openvino")
        .containsEntry("nncf4j.bias-correction", "none")
        .containsEntry("nncf4j.range", "min/mean to max/mean")
        .containsEntry("nncf4j.seed", "7")
        .containsEntry("nncf4j.samples", "5");
    assertRefused("--activation-bits takes", "--activation-bits", "4");
  }

  @Test
  void thePlanIsATableToo() {
    assertThat(quantize("--no-latency-guard", "--no-evaluate", "--no-report", "--show-plan").out())
        .containsPattern("activation +image +8-bit asymmetric per-tensor")
        .containsPattern("weight +weight of convolution:1 +8-bit symmetric signed per-channel");
    assertRefused("--show-plan and --json", "--show-plan", "--json");
  }

  /** Pictures of the same names, one of them with other pixels. */
  @Test
  void theHashOfTheSamplesIsThatOfTheirPixels() throws IOException {
    quantize("--no-latency-guard", "--no-evaluate", "--no-report");
    String before = ModelFiles.read(output).metadata().get("nncf4j.calibration");
    quantize("--no-latency-guard", "--no-evaluate", "--no-report", "--force", "--threads", 1);
    assertThat(ModelFiles.read(output).metadata()).containsEntry("nncf4j.calibration", before);
    Path images = folder.resolve("images");
    Files.copy(
        images.resolve("red/1.png"),
        images.resolve("red/0.png"),
        StandardCopyOption.REPLACE_EXISTING);
    quantize("--no-latency-guard", "--no-evaluate", "--no-report", "--force");
    assertThat(ModelFiles.read(output).metadata().get("nncf4j.calibration")).isNotEqualTo(before);
  }

  @Test
  void filesOfAnEarlierRunAreNamed() throws IOException {
    Path plan = Files.writeString(folder.resolve("out.plan.json"), "{}");
    assertRefused(plan + " of an earlier run");
    assertThat(plan).hasContent("{}");
  }

  /** Found out before calibrating: no picture can be read any more. */
  @ParameterizedTest
  @ValueSource(strings = {"out.plan.json", "out.run.json", "out.html"})
  void foldersInTheWayAreNamedBeforeCalibrating(String name) throws IOException {
    Path inTheWay = Files.createDirectories(folder.resolve(name));
    Files.writeString(data, Files.readString(data).replace("color: BGR", "color: GRAY"));
    assertRefused(inTheWay + " is a folder");
    assertRefused(inTheWay + " is a folder", "--force");
  }

  /** Nothing but weights is quantized, and those may stand as they are. */
  @Test
  void aModelWithStoredIntegersIsQuantizedAlready() {
    Model before = ModelFiles.read(model);
    GraphEditor editor = new GraphEditor(before.graph());
    editor
        .constant("codes", Tensor.ofBytes(DataType.INT8, new byte[9], 3, 3, 1, 1))
        .constant("scale", Tensor.ofFloats(new float[] {0.1f}))
        .add(
            Node.onnx(
                "unpack",
                "DequantizeLinear",
                Attributes.NONE,
                List.of("codes", "scale"),
                List.of("unpacked")))
        .redirect("convolution", 1, "unpacked");
    ModelFiles.write(before.withGraph(editor.removeUnused().build()), model, true);
    assertRefused("quantized already: node \"unpack\" is a DequantizeLinear");
  }

  @Test
  void modelsOfSeveralInputsAreRefusedWithoutTalkOfJava() {
    Model before = ModelFiles.read(model);
    GraphEditor editor = new GraphEditor(before.graph());
    editor.input(new Value("more", TensorType.of(DataType.FLOAT32, 1, 3)));
    ModelFiles.write(before.withGraph(editor.build()), model, true);
    assertRefused(
        "this model takes 2 inputs: \"image\", \"more\". Make all but one of them constants");
  }

  /** The channel means overflow, the numbers do not. */
  @Test
  void largeFiniteOutputsAreNoNaN() {
    writeConvolution(1e37f);
    quantize("--no-latency-guard", "--no-evaluate", "--no-report");
  }

  private void writeConvolution(float weight) {
    SmallModels.colours(model, Dimension.of(1), weight);
    Model before = ModelFiles.read(model);
    GraphEditor editor = new GraphEditor(before.graph());
    editor.outputs(List.of(new Value("features", TensorType.of(DataType.FLOAT32, 1, 3, 8, 8))));
    ModelFiles.write(before.withGraph(editor.removeUnused().build()), model, true);
  }

  @Test
  void aScaleThatIsInfiniteNamesItsWeight() {
    writeConvolution(2e38f);
    assertRefused("The range of the weight \"weight\" of node \"convolution\" is too wide");
  }

  /** What callers read under the name of the input is the input. */
  @Test
  void anInputMayBeAnOutputToo() {
    Model before = ModelFiles.read(model);
    GraphEditor editor = new GraphEditor(before.graph());
    editor.output(before.graph().inputs().get(0));
    ModelFiles.write(before.withGraph(editor.build()), model, true);
    quantize("--no-latency-guard");
    Graph after = ModelFiles.read(output).graph();
    assertThat(after.outputs()).extracting(Value::name).containsExactly("scores", "image");
    assertThat(after.nodes()).extracting(Node::type).contains("QuantizeLinear");
  }

  @Test
  void integersAreReturnedOnlyWhereTheyAreFaster() throws IOException {
    JsonNode json = quantize("--no-evaluate", "--json").json();
    boolean isRefused =
        json.get("findings").findValuesAsText("code").contains("no-faster-in-integers");
    boolean hasIntegers =
        ModelFiles.read(output).graph().nodes().stream().anyMatch(n -> n.is("QuantizeLinear"));
    assertThat(hasIntegers).isEqualTo(!isRefused);
    assertThat(json.at("/speedup/ratio").asDouble())
        .satisfies(
            ratio -> assertThat(isRefused ? ratio == 1 : ratio > 1).as("%s", ratio).isTrue());
  }

  @Test
  void saysInOneSentenceWhatIsWrong() throws IOException {
    Path existing = Files.writeString(folder.resolve("existing.onnx"), "mine");
    assertRefused(command(model, existing), "existing.onnx");
    assertThat(existing).hasContent("mine");
    assertRefused("nothing", "--ignored", "nothing");
    assertRefused("--subset-size takes", "--subset-size", "-1");
    assertRefused("--threads takes", "--threads", "0");
    assertRefused(command(model, folder.resolve("o.txt")), ".onnx");
    assertRefused(command(model, ""), "name of the file");
    assertRefused(command(folder, output), "is a folder");
    assertRefused(command(model, model, "--force"), "is the model that is read");
    assertRefused("--plan and --preset exclude each other", "--plan", "p", "--preset", "mixed");
    assertRefused("exclude each other", "--samples", 3, "--no-evaluate");
    assertRefused("first->last", "--ignored-subgraphs", "a:b");
    assertRefused("--ignored-names takes names separated by commas", "--ignored-names", ",");
    assertRefused("found an empty one in \"Conv,,Relu\"", "--ignored-types", "Conv,,Relu");
    assertRefused("--wide-activation-types takes", "--wide-activation-types", "");
    Path plan = Files.writeString(folder.resolve("plan.json"), "{");
    assertRefused("is no quantization plan", "--plan", plan);
    assertThat(output).doesNotExist();
    Path quantized = folder.resolve("quantized.onnx");
    succeeded(command(model, quantized, "--no-latency-guard", "--no-evaluate", "--no-report"));
    assertRefused(command(quantized, output), "quantized already");
    assertThat(output).doesNotExist();
  }

  @Test
  void weightsThatAreNoNumbersAreNamed() {
    SmallModels.colours(model, Dimension.symbol("N"), Float.NaN);
    assertRefused("\"convolution\" (Conv): 3 of the 9 values of its weight \"weight\"");
  }

  private Object[] command(Object input, Object to, Object... options) {
    List<Object> all = new ArrayList<>(List.of("quantize", input, "--data", data, "-o", to));
    all.addAll(List.of(options));
    return all.toArray();
  }

  /** Quantizes the model into the output. */
  private CommandRun quantize(Object... options) {
    return succeeded(command(model, output, options));
  }

  private static CommandRun succeeded(Object... command) {
    CommandRun run = CommandRun.of(command);
    assertThat(run.exitCode()).as(run.error()).isZero();
    return run;
  }

  @Test
  void aPlanExcludesWhatItDecides() {
    for (String[] option :
        new String[][] {
          {"--range", "mean"},
          {"--weight-range", "minmax"},
          {"--overflow-fix", "enable"},
          {"--smooth-quant-alpha", "0.5"},
          {"--wide-activations", "convolution"}
        }) {
      assertRefused(
          "--plan and " + option[0] + " exclude each other", "--plan", "p", option[0], option[1]);
    }
  }

  @Test
  void optionsForAccuracyReachTheModel() throws IOException {
    JsonNode json =
        quantize(
                "--no-latency-guard",
                "--no-evaluate",
                "--smooth-quant-convolution-alpha",
                0.3,
                "--channel-alignment",
                "--wide-activations",
                "convolution",
                "--json")
            .json();
    assertThat(ModelFiles.read(output).metadata())
        .containsEntry("nncf4j.smooth-quant-alpha", "-1.0")
        .containsEntry("nncf4j.smooth-quant-convolution-alpha", "0.3")
        .containsEntry("nncf4j.channel-alignment", "true");
    assertThat(ModelFiles.read(output).graph().constants().values())
        .extracting(Tensor::dataType)
        .contains(DataType.UINT16);
    assertThat(json.get("findings").findValuesAsText("message"))
        .anyMatch(message -> message.startsWith("channel alignment changes nothing"));
    assertRefused("found -1.0 for convolutions and 2.0", "--smooth-quant-alpha", 2, "--force");
    assertRefused(
        "to have 16 bits", "--activation-bits", 16, "--wide-activation-types", "Conv", "--force");
    assertRefused("no node is named \"nothing\"", "--wide-activations", "nothing", "--force");
  }

  private void assertRefused(String said, Object... options) {
    assertRefused(command(model, output, options), said);
  }

  private static void assertRefused(Object[] command, String said) {
    CommandRun run = CommandRun.of(command);
    assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.error()).startsWith("nncf: ").contains(said);
  }
}
