package io.nncf4j.formats.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.print.DotPrinter;
import io.nncf4j.testing.SharedFiles;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphviz takes what {@link DotPrinter} writes, and sees as many boxes as there are nodes. */
class DrawingTest {
  private static final Pattern BOX = Pattern.compile("<g id=\"node\\d+\" class=\"node\">");

  @BeforeAll
  static void needsGraphviz() {
    Assumptions.assumeTrue(
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "dot"))),
        "the program dot of Graphviz is not on the path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data/models/classification/resnet20-cifar10.onnx",
        "oracle/nncf-synthetic/RoPEModel/model.onnx",
        "oracle/onnx-node-tests/test_if/model.onnx",
        "oracle/onnx-node-tests/test_loop11/model.onnx"
      })
  void isTakenByGraphviz(String name) throws IOException, InterruptedException {
    Model model = ModelFiles.read(SharedFiles.path(name));
    Process dot = new ProcessBuilder("dot", "-Tsvg").redirectErrorStream(true).start();
    try (OutputStream input = dot.getOutputStream()) {
      input.write(DotPrinter.print(model.graph()).getBytes(UTF_8));
    }
    String drawing = new String(dot.getInputStream().readAllBytes(), UTF_8);
    assertThat(dot.waitFor()).as(drawing).isZero();
    assertThat(BOX.matcher(drawing).results().count())
        .isGreaterThanOrEqualTo(model.graph().nodes().size());
  }
}
