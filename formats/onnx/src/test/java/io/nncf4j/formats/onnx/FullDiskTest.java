package io.nncf4j.formats.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writing stops in the middle, as on a full disk: here because the process may not write files of
 * more than 100 or 200 kB, by the unit of the shell, which needs no disk of its own.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class FullDiskTest {
  @TempDir Path folder;

  /** The child: writes a model of 400 kB. */
  public static void main(String[] arguments) {
    TensorType type = TensorType.of(DataType.FLOAT32, 100_000);
    Model model =
        Model.of(
            GraphEditor.empty("large")
                .input(new Value("x", type))
                .constant("w", Tensor.ofFloats(new float[100_000], 100_000))
                .add(Node.onnx("add", "Add", Attributes.NONE, List.of("x", "w"), List.of("y")))
                .output(new Value("y", type))
                .build());
    Path file = Path.of(arguments[1]);
    try {
      if (arguments[0].equals("inside")) {
        ModelFiles.write(model, file, true);
      } else {
        OutputFiles.write(file, true, part -> OnnxWriter.withWeightsBeside().write(model, part));
      }
    } catch (NncfException failure) {
      System.out.println(failure.getMessage());
      System.exit(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"inside", "beside"})
  void leavesTheOldFileAndNothingElse(String weights) throws IOException, InterruptedException {
    Path model = Files.writeString(folder.resolve("model.onnx"), "old");
    ProcessBuilder child =
        new ProcessBuilder(
            "sh",
            "-c",
            "ulimit -f 200; exec \"$0\" \"$@\"",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-UsePerfData",
            FullDiskTest.class.getName(),
            weights,
            model.toString());
    child.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = child.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(1);
    assertThat(said).isEqualTo("Cannot write " + model + ": File too large\n");
    assertThat(model).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(model);
    }
  }
}
