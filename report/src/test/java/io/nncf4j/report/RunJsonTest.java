package io.nncf4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.InputException;
import io.nncf4j.core.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunJsonTest {
  @TempDir Path folder;

  @Test
  void namesAreThoseThatMachinesReadIn() throws IOException {
    JsonNode json = new ObjectMapper().readTree(RunJson.write(SampleRuns.realistic()));
    assertThat(json.at("/before/metric").asDouble()).isEqualTo(71.8);
    assertThat(json.at("/before/sizeBytes").asLong()).isEqualTo(13_964_571);
    assertThat(json.at("/after/latencyMillis").asDouble()).isEqualTo(2.734);
    assertThat(json.at("/after/latencyP90Millis").asDouble()).isEqualTo(2.91);
    assertThat(json.at("/agreement").asDouble()).isEqualTo(98.25);
    assertThat(json.at("/samples").asInt()).isEqualTo(300);
    assertThat(json.at("/seconds/total").asDouble()).isEqualTo(7.912);
    assertThat(json.at("/seconds/stages/calibrate").asDouble()).isEqualTo(2.713);
    assertThat(json.at("/peakMemoryBytes").asLong()).isEqualTo(812_646_400);
    assertThat(json.at("/output").asText()).isEqualTo("mobilenetv2-int8.onnx");
    assertThat(json.at("/findings/0/severity").asText()).isEqualTo("information");
    assertThat(json.at("/findings/0/code").asText()).isEqualTo("left-in-float");
    assertThat(json.at("/findings/0/nodes/0").asText()).isEqualTo("features.4.conv.1.0/Conv");
  }

  @Test
  void whatIsReadBackIsTheSame() throws IOException {
    for (RunRecord run :
        new RunRecord[] {
          SampleRuns.realistic(),
          SampleRuns.hostile(),
          RunRecord.builder("quantize", "model.onnx").build()
        }) {
      Path file = folder.resolve("run.json");
      Files.writeString(file, RunJson.write(run));
      assertThat(RunJson.read(file)).isEqualTo(run);
    }
  }

  @Test
  void whatIsAbsentIsLeftOut() {
    assertThat(RunJson.write(RunRecord.builder("quantize", "model.onnx").build()))
        .doesNotContain("null")
        .doesNotContain("agreement");
  }

  @Test
  void aRecordWithoutListsAndWithUnknownNamesCanBeRead() throws IOException {
    Path file = folder.resolve("run.json");
    Files.writeString(
        file, "{\"verb\":\"prune\",\"model\":\"a\",\"seconds\":{\"total\":1},\"later\":[1]}");
    RunRecord run = RunJson.read(file);
    assertThat(run.findings()).isEmpty();
    assertThat(run.seconds().stages()).isEmpty();
    assertThat(TextReport.render(run)).contains("prune a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "not json",
        "{\"verb\":\"quantize\"",
        "{\"verb\":\"quantize\",\"model\":\"a\",\"seconds\":{\"total\":1},\"findings\":[null]}",
        "{\"verb\":\"quantize\",\"model\":\"a\",\"seconds\":{\"total\":1},\"findings\":[{}]}",
        "{\"verb\":\"quantize\",\"model\":\"a\",\"seconds\":{\"total\":1},\"layers\":[{\"low\":1}]}",
        "{\"verb\":\"quantize\",\"model\":\"a\",\"seconds\":{\"total\":1},"
            + "\"seconds\":{\"stages\":{\"a\":null}}}",
        "{\"verb\":\"quantize\",\"model\":\"a\",\"seconds\":{\"total\":1},\"samples\":\"many\"}",
      })
  void whatIsNoRecordIsRefusedByName(String text) throws IOException {
    Path file = folder.resolve("run.json");
    Files.writeString(file, text);
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> RunJson.read(file))
        .withMessageContaining("run.json");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> RunJson.read(folder.resolve("nothing.json")))
        .withMessageContaining("nothing.json");
  }
}
