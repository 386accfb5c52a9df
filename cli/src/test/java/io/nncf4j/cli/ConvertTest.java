package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nncf convert}, and the other verbs on OpenVINO IR. */
class ConvertTest {
  @TempDir Path folder;

  @Test
  void goesToIrAndBack() throws IOException {
    Path model = SmallModels.colours(folder.resolve("m.onnx"), Dimension.of(1), 1);
    Path network = folder.resolve("m.xml");
    CommandRun there = CommandRun.of("convert", model, "-o", network, "--json");
    assertThat(there.error()).isEmpty();
    JsonNode said = there.json();
    assertThat(said.get("from").asText()).isEqualTo("onnx");
    assertThat(said.get("to").asText()).isEqualTo("openvino");
    assertThat(said.get("outputs")).hasSize(2);
    assertThat(network).exists();
    assertThat(folder.resolve("m.bin")).exists();
    Path again = folder.resolve("again.onnx");
    assertThat(CommandRun.of("convert", network, "-o", again).exitCode()).isZero();
    CommandRun seen = CommandRun.of("inspect", network);
    assertThat(seen.out()).contains("openvino").contains("Conv");
  }

  @Test
  void doesNotWriteOverWeightsUnasked() throws IOException {
    Path model = SmallModels.colours(folder.resolve("m.onnx"), Dimension.of(1), 1);
    Files.writeString(folder.resolve("m.bin"), "mine");
    CommandRun refused = CommandRun.of("convert", model, "-o", folder.resolve("m.xml"));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("m.bin exists already");
    assertThat(folder.resolve("m.xml")).doesNotExist();
    assertThat(folder.resolve("m.bin")).hasContent("mine");
  }

  @Test
  void doesNotWriteOverWhatItReads() throws IOException {
    Path model = SmallModels.colours(folder.resolve("m.onnx"), Dimension.of(1), 1);
    CommandRun same = CommandRun.of("convert", model, "-o", model, "--force");
    assertThat(same.exitCode()).isEqualTo(2);
    assertThat(same.error()).contains("is the model that is read");
    Path network = folder.resolve("n.xml");
    assertThat(CommandRun.of("convert", model, "-o", network).exitCode()).isZero();
    byte[] weights = Files.readAllBytes(folder.resolve("n.bin"));
    Files.createLink(folder.resolve("other.bin"), folder.resolve("n.bin"));
    CommandRun part =
        CommandRun.of("convert", network, "-o", folder.resolve("other.xml"), "--force");
    assertThat(part.exitCode()).isEqualTo(2);
    assertThat(part.error()).contains("other.bin holds a part of the model that is read");
    assertThat(folder.resolve("n.bin")).hasBinaryContent(weights);
  }

  @Test
  void halfWeightsAreOfIrAlone() {
    Path model = SmallModels.colours(folder.resolve("m.onnx"), Dimension.of(1), 1);
    CommandRun refused = CommandRun.of("convert", model, "-o", folder.resolve("n.onnx"), "--half");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("--half");
  }

  @Test
  void takesPixelsAsTheyAreWhenAsked() throws IOException {
    Path model = SmallModels.colours(folder.resolve("m.onnx"), Dimension.of(1), 1);
    Path output = folder.resolve("raw.xml");
    CommandRun refused =
        CommandRun.of("convert", model, "-o", output, "--mean", "1,2", "--reverse-channels");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("3 channels").contains("2 means");
    assertThat(output).doesNotExist();
    CommandRun run =
        CommandRun.of("convert", model, "-o", output, "--mean", "120,110,100", "--scale", "60");
    assertThat(run.exitCode()).as(run.error()).isZero();
    CommandRun plain = CommandRun.of("convert", model, "-o", folder.resolve("plain.xml"));
    assertThat(plain.exitCode()).isZero();
    assertThat(Files.readAllBytes(folder.resolve("raw.bin")))
        .isNotEqualTo(Files.readAllBytes(folder.resolve("plain.bin")));
  }

  @Test
  void layersThatNoFormatHasAreListed() throws IOException {
    Path network = folder.resolve("odd.xml");
    Files.writeString(
        network,
        """
        <net name="odd" version="11"><layers>
        <layer id="0" name="x" type="Parameter" version="opset1">
          <data shape="1,4" element_type="f32"/>
          <output><port id="0" precision="FP32"><dim>1</dim><dim>4</dim></port></output></layer>
        <layer id="1" name="odd" type="Bucketise" version="opset99">
          <input><port id="0"><dim>1</dim><dim>4</dim></port></input>
          <output><port id="1" precision="FP32"><dim>1</dim><dim>4</dim></port></output></layer>
        <layer id="2" name="y" type="Result" version="opset1">
          <input><port id="0"><dim>1</dim><dim>4</dim></port></input></layer>
        </layers><edges>
        <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
        <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
        </edges></net>
        """);
    CommandRun refused = CommandRun.of("convert", network, "-o", folder.resolve("o.onnx"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.error()).contains("Bucketise").contains("the operator is not known");
    assertThat(folder.resolve("o.onnx")).doesNotExist();
  }

  private static final String NETWORK =
      """
      <net name="odd" version="11"><layers>
      <layer id="0" name="x" type="Parameter" version="opset1">
        <data shape="1,4" element_type="f32"/>
        <output><port id="0" precision="FP32"><dim>1</dim><dim>4</dim></port></output></layer>
      <layer id="1" name="s" type="%s" version="opset1"><data %s/>
        <input><port id="0"><dim>1</dim><dim>4</dim></port></input>
        <output><port id="1" precision="FP32"><dim>1</dim><dim>4</dim></port></output></layer>
      <layer id="2" name="y" type="Result" version="opset1">
        <input><port id="0"><dim>1</dim><dim>4</dim></port></input></layer>
      </layers><edges>
      <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
      <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
      </edges></net>
      """;

  @Test
  void aGraphThatCannotBeRightIsRefused() throws IOException {
    Path network = folder.resolve("odd.xml");
    Path output = folder.resolve("o.onnx");
    Files.writeString(network, NETWORK.formatted("SoftMax", "axis=\"7\""));
    CommandRun refused = CommandRun.of("convert", network, "-o", output);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("odd.xml is not a valid model").contains("axis");
    assertThat(output).doesNotExist();
    Files.writeString(network, "<net version=\"11\"><layers></layers><edges></edges></net>");
    CommandRun empty = CommandRun.of("convert", network, "-o", output);
    assertThat(empty.exitCode()).isEqualTo(2);
    assertThat(empty.error()).contains("no outputs");
  }

  @Test
  void recordedShapesThatAreWrongAreSaid() throws IOException {
    Path network = folder.resolve("odd.xml");
    Files.writeString(
        network,
        NETWORK.formatted("SoftMax", "axis=\"1\"").replace("shape=\"1,4\"", "shape=\"1,900\""));
    CommandRun run = CommandRun.of("convert", network, "-o", folder.resolve("o.onnx"));
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.error() + run.out()).contains("declares");
  }

  @Test
  void doesNotWriteOverTheWeightsThatItReads() throws IOException {
    Path model = SmallModels.colours(folder.resolve("m.onnx"), Dimension.of(1), 1);
    Files.writeString(folder.resolve("w.bin"), "mine");
    CommandRun refused =
        CommandRun.of(
            "convert",
            model,
            "--weights",
            folder.resolve("w.bin"),
            "-o",
            folder.resolve("w.xml"),
            "--force");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("w.bin is the file of --weights");
    assertThat(folder.resolve("w.bin")).hasContent("mine");
  }

  @Test
  void aSignatureIsOfSavedModelsAlone() {
    Path model = SmallModels.colours(folder.resolve("m.onnx"), Dimension.of(1), 1);
    CommandRun refused =
        CommandRun.of("convert", model, "-o", folder.resolve("n.onnx"), "--signature", "x");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error()).contains("--signature goes with a SavedModel");
  }

  /** FP16 weights of an old IR, 8-bit IR out, both measured. */
  @Test
  void quantizesAnIrToAnIr() throws IOException {
    Path model = SharedFiles.data("models/openvino/squeezenet1.1-v6/squeezenet1.1.xml");
    Path data = SharedFiles.data("imagenet-500/squeezenet.yaml");
    Path output = folder.resolve("int8.xml");
    CommandRun run =
        CommandRun.of(
            "quantize",
            model,
            "--data",
            data,
            "-o",
            output,
            "--subset-size",
            "8",
            "--samples",
            "16",
            // On a busy machine the guard may give the float model back.
            "--no-latency-guard",
            "--json");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(output).exists();
    String text = Files.readString(output);
    assertThat(text).contains("FakeQuantize").contains("element_type=\"i8\"");
    assertThat(Files.size(folder.resolve("int8.bin"))).isLessThan(1_500_000);
    CommandRun evaluated =
        CommandRun.of(
            "evaluate", output, "--data", data, "--samples", "16", "--latency-seconds", "0");
    assertThat(evaluated.exitCode()).as(evaluated.error()).isZero();
    assertThat(evaluated.out()).contains("top-1");
  }
}
