package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
  @TempDir Path folder;

  private Path model(float weight) {
    return SmallModels.colours(folder.resolve("colours.onnx"), Dimension.symbol("N"), weight);
  }

  @Test
  void printsWhatIsInAModel() {
    CommandRun run = CommandRun.of("inspect", model(1));
    assertThat(run.exitCode()).isZero();
    assertThat(run.error()).isEmpty();
    assertThat(run.out())
        .contains("format      onnx, opset 21")
        .contains("parameters  9 (9), 36 B")
        .contains("image  float32[N, 3, 8, 8]")
        .contains("scores  float32[N, 3]")
        .contains("float32  1 tensor  9 elements  36 B")
        .contains("GlobalAveragePool");
  }

  @Test
  void printsOneJsonObject() throws IOException {
    CommandRun run = CommandRun.of("inspect", model(1), "--json");
    JsonNode json = run.json();
    assertThat(json.get("operators").get("Conv").asInt()).isEqualTo(1);
    assertThat(json.get("parameters").asLong()).isEqualTo(9);
    // 64 places, 3 outputs of 3 multiplications and additions each, and the pooling.
    assertThat(json.get("flops").asLong()).isBetween(64L * 3 * 3 * 2, 64L * 3 * 3 * 2 + 400);
    assertThat(json.get("inputs").get(0).get("type").asText()).isEqualTo("float32[N, 3, 8, 8]");
    assertThat(json.get("findings")).isEmpty();
  }

  @Test
  void countsOperationsForOtherShapes() throws IOException {
    Path file = model(1);
    long one = CommandRun.of("inspect", file, "--json").json().get("flops").asLong();
    CommandRun two = CommandRun.of("inspect", file, "--json", "--input-shape", "image=2,3,8,8");
    assertThat(two.json().get("flops").asLong()).isEqualTo(2 * one);
    CommandRun wrong = CommandRun.of("inspect", file, "--input-shape", "image=two");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.error()).contains("--input-shape image=two");
  }

  @Test
  void findsWeightsThatAreNotFinite() {
    CommandRun run = CommandRun.of("inspect", model(Float.NaN));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("the weight \"weight\"").contains("3 values that are NaN");
  }

  @Test
  void writesTheGraphButNotOverAFile() throws IOException {
    Path file = model(1);
    Path dot = folder.resolve("graph.dot");
    assertThat(CommandRun.of("inspect", file, "--graph", dot).exitCode()).isZero();
    assertThat(dot).content().startsWith("digraph");
    Files.writeString(dot, "mine");
    CommandRun again = CommandRun.of("inspect", file, "--graph", dot);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.error()).contains("exists already").contains("--force");
    assertThat(again.out()).isEmpty();
    assertThat(dot).hasContent("mine");
    assertThat(CommandRun.of("inspect", file, "--graph", dot, "--force").exitCode()).isZero();
    assertThat(dot).content().startsWith("digraph");
    CommandRun nowhere = CommandRun.of("inspect", file, "--graph", folder.resolve("no/g.dot"));
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.error()).contains("there is no folder");
  }

  @Test
  void saysInOneSentenceWhatIsWrong() throws IOException {
    Path whole = model(1);
    byte[] bytes = Files.readAllBytes(whole);
    Path empty = Files.write(folder.resolve("empty.onnx"), new byte[0]);
    Path cut =
        Files.write(
            folder.resolve("cut.onnx"), java.util.Arrays.copyOf(bytes, bytes.length * 2 / 3));
    Path text = Files.writeString(folder.resolve("text.onnx"), "this is no model, you see");
    Path other = Files.writeString(folder.resolve("model.xyz"), "?");
    for (Path file : List.of(empty, cut, text, other, folder.resolve("none.onnx"), folder)) {
      CommandRun run = CommandRun.of("inspect", file);
      assertThat(run.exitCode()).as(file.toString()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.error())
          .startsWith("nncf: ")
          .contains(file.toString())
          .doesNotContain("\tat ")
          .doesNotContain("internal fault")
          .hasLineCount(1);
    }
  }

  @TestFactory
  Stream<DynamicTest> readsEveryRealModel() throws IOException {
    Path models = SharedFiles.data("models");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(models)) {
      files = walk.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    models.relativize(file).toString(),
                    () -> {
                      CommandRun run = CommandRun.of("inspect", file, "--json");
                      assertThat(run.error()).isEmpty();
                      assertThat(run.exitCode()).isZero();
                      assertThat(run.json().get("parameters").asLong()).isPositive();
                      assertThat(run.json().get("inputs")).isNotEmpty();
                    }));
  }
}
