package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
  @TempDir Path folder;

  @Test
  void theMainJobNeedsNoFile() throws IOException {
    Path output = folder.resolve("made/here");
    CommandRun run =
        CommandRun.of("quickstart", "--output", output, "--json", "--no-latency-guard");
    assertThat(run.error()).isEmpty();
    assertThat(run.exitCode()).isZero();
    JsonNode json = run.json();
    assertThat(json.at("/before/metric").asDouble()).isGreaterThan(95);
    assertThat(json.at("/after/metric").asDouble())
        .isGreaterThan(json.at("/before/metric").asDouble() - 1);
    assertThat(json.at("/after/sizeBytes").asLong())
        .isLessThan(json.at("/before/sizeBytes").asLong() / 3);
    assertThat(json.at("/agreement").asDouble()).isGreaterThan(97);
    assertThat(json.at("/layers").size()).isGreaterThan(14);
    assertThat(Files.size(output.resolve("shapes.onnx"))).isLessThan(5_000_000);
    assertThat(output.resolve("shapes-int8.onnx")).isRegularFile();
    // Other pictures are drawn to measure on than to calibrate with.
    assertThat(json.get("findings").toString()).doesNotContain("calibrated-with-measured-samples");
    assertThat(new ObjectMapper().readTree(output.resolve("shapes-int8.run.json").toFile()))
        .isEqualTo(json);

    CommandRun again = CommandRun.of("quickstart", "--output", output);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.error()).contains("exists already").contains("--force");

    // A run that was interrupted leaves only the bundled model, which is in nobody's way.
    Path started = Files.createDirectory(folder.resolve("started"));
    Files.copy(output.resolve("shapes.onnx"), started.resolve("shapes.onnx"));
    assertThat(CommandRun.of("quickstart", "--output", started, "--no-latency-guard").exitCode())
        .isZero();

    CommandRun report =
        CommandRun.of(
            "report", output.resolve("shapes-int8.run.json"), "-o", folder.resolve("page.html"));
    assertThat(report.exitCode()).isZero();
    assertThat(report.out()).contains("smaller").contains("page.html");
    assertThat(Files.readString(folder.resolve("page.html")))
        .isEqualTo(Files.readString(output.resolve("shapes-int8.html")));
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    CommandRun run = CommandRun.of("quickstart", "--output", file);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("is a file");
  }
}
