package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final String RUN =
      """
      {"verb": "quantize", "model": "m.onnx", "seconds": {"total": 2},
       "before": {"sizeBytes": 400}, "after": {"sizeBytes": 100}}
      """;

  @TempDir Path folder;

  @Test
  void aSavedRunBecomesAPageBesideIt() throws IOException {
    Path run = Files.writeString(folder.resolve("m.run.json"), RUN);
    CommandRun done = CommandRun.of("report", run);
    assertThat(done.exitCode()).isZero();
    assertThat(done.out()).contains("4.00x smaller");
    assertThat(Files.readString(folder.resolve("m.html"))).contains("4.00x smaller");

    CommandRun again = CommandRun.of("report", run);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.error()).contains("--force");
    assertThat(CommandRun.of("report", run, "--force").exitCode()).isZero();
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), "[]");
    CommandRun done = CommandRun.of("report", file);
    assertThat(done.exitCode()).isEqualTo(2);
    assertThat(done.error()).contains("x.json is no run record");
    assertThat(folder.resolve("x.html")).doesNotExist();
  }
}
