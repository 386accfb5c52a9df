package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void listsItsVerbs() {
    CommandRun run = CommandRun.of("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("inspect").contains("evaluate").contains("Exit codes");
  }

  @Test
  void answersWrongUsageInTwoLines() {
    CommandRun verb = CommandRun.of("inspekt");
    assertThat(verb.exitCode()).isEqualTo(2);
    assertThat(verb.error()).startsWith("nncf: ").contains("inspect");
    CommandRun option = CommandRun.of("evaluate", "m.onnx");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.error())
        .contains("--data")
        .contains("Try 'nncf evaluate --help'")
        .hasLineCount(2);
  }

  @Test
  void showsExamples() {
    assertThat(CommandRun.of("inspect", "--help").out()).contains("Examples:");
    assertThat(CommandRun.of("evaluate", "--help").out()).contains("Examples:");
  }
}
