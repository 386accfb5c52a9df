package io.nncf4j.engines.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the engine in a process of its own, which has a temporary folder of its own. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "loaded libraries cannot be deleted there")
class NativeLibrariesTest {
  @TempDir Path folder;
  private Path temporary = Path.of("");

  @BeforeEach
  void chooseTemporaryFolder() {
    temporary = folder.resolve("temporary");
  }

  /** The child: runs y = -x, says so, and ends when its input does. */
  public static void main(String[] arguments) throws IOException {
    TensorType type = TensorType.of(DataType.FLOAT32, 1);
    Model model =
        Model.of(
            GraphEditor.empty("negate")
                .input(new Value("x", type))
                .add(Node.onnx("negate", "Neg", Attributes.NONE, List.of("x"), List.of("y")))
                .output(new Value("y", type))
                .build());
    try (Session session = new OnnxRuntimeEngine().compile(model, SessionOptions.defaults())) {
      Map<String, Tensor> result = session.run(Map.of("x", Tensor.ofFloats(new float[] {1}, 1)));
      System.out.println("ran " + result.get("y").floatAt(0));
      while (System.in.read() >= 0) {
        // Waits for the end.
      }
    }
  }

  /** In a file: ONNX Runtime for Java cannot bear a long command line. */
  private Path classPath() throws IOException {
    String quoted = System.getProperty("java.class.path").replace("\\", "\\\\");
    return Files.writeString(folder.resolve("class-path"), "-cp\n\"" + quoted + "\"\n");
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + Files.createDirectory(temporary),
            "-XX:-UsePerfData",
            "@" + classPath(),
            NativeLibrariesTest.class.getName())
        .redirectErrorStream(true)
        .start();
  }

  /** Newer JVMs warn that native code is loaded before anything else is said. */
  private static String firstLine(BufferedReader output) {
    return output
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("WARNING:"))
        .findFirst()
        .orElse("");
  }

  @Test
  void leaveNothingBehindWhenTheProcessEnds() throws Exception {
    Process process = start();
    try (BufferedReader output = process.inputReader()) {
      assertThat(firstLine(output)).isEqualTo("ran -1.0");
      process.outputWriter().close();
      assertThat(process.waitFor()).isZero();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void leaveNothingBehindWhenTheProcessIsInterrupted() throws Exception {
    Process process = start();
    try (BufferedReader output = process.inputReader()) {
      assertThat(firstLine(output)).isEqualTo("ran -1.0");
      // Not Process.destroy, which also closes the input, at whose end the child ends by itself.
      process.toHandle().destroy();
      assertThat(process.waitFor()).isNotZero();
    }
    assertThat(temporary).isEmptyDirectory();
  }
}
