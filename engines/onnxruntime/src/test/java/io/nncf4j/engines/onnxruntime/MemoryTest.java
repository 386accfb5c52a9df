package io.nncf4j.engines.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {
  private static final int ELEMENTS = 256 * 1024;

  /** Each run hands out 2 MiB: y = -x and its square, of 1 MiB each. */
  private static Model model() {
    TensorType type =
        new TensorType(DataType.FLOAT32, Shape.of(Dimension.symbol("n"), Dimension.of(1024)));
    return Model.of(
        GraphEditor.empty("memory")
            .input(new Value("x", type))
            .add(Node.onnx("negate", "Neg", Attributes.NONE, List.of("x"), List.of("y")))
            .add(Node.onnx("square", "Mul", Attributes.NONE, List.of("y", "y"), List.of("z")))
            .output(new Value("y", type))
            .output(new Value("z", type))
            .build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void staysFlatOverManyRuns(boolean reuse) throws IOException {
    SessionOptions options = SessionOptions.defaults().withThreads(1).withReuseOutputs(reuse);
    Map<String, Tensor> heap = Map.of("x", Tensor.ofFloats(new float[ELEMENTS], 256, 1024));
    try (Session session = new OnnxRuntimeEngine().compile(model(), options)) {
      run(session, heap, 500);
      long before = residentBytes();
      run(session, heap, 2000);
      assertThat(residentBytes() - before)
          .as("growth over 2000 runs that handed out 4 GiB")
          .isLessThan(200L << 20);
    }
  }

  @Test
  void staysFlatOverManySessions() throws IOException {
    Map<String, Tensor> small = Map.of("x", Tensor.ofFloats(new float[1024], 1, 1024));
    sessions(small, 50);
    long before = residentBytes();
    sessions(small, 300);
    assertThat(residentBytes() - before).as("growth over 300 sessions").isLessThan(100L << 20);
  }

  @Test
  void runsLargeWeightsFromAFileThatIsGoneAgain() throws IOException {
    int rows = 70_000;
    ByteBuffer weights = Tensor.allocateDirect(DataType.FLOAT32, rows * 1024L);
    weights.putFloat((rows - 1) * 1024 * 4, 42);
    Model model =
        Model.of(
            GraphEditor.empty("large")
                .input(new Value("row", TensorType.of(DataType.INT64, 1)))
                .constant("table", Tensor.of(DataType.FLOAT32, new long[] {rows, 1024}, weights))
                .add(
                    Node.onnx(
                        "look-up",
                        "Gather",
                        Attributes.NONE,
                        List.of("table", "row"),
                        List.of("y")))
                .output(new Value("y", TensorType.of(DataType.FLOAT32, 1, 1024)))
                .build());
    Set<Path> before = temporaryFolders();
    try (Session session =
        new OnnxRuntimeEngine().compile(model, SessionOptions.defaults().withThreads(1))) {
      Tensor y = session.run(Map.of("row", Tensor.vector(rows - 1))).get("y");
      assertThat(y.floatAt(0)).isEqualTo(42);
    }
    assertThat(temporaryFolders()).isEqualTo(before);
  }

  private static Set<Path> temporaryFolders() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("nncf4j-runtime"))
          .collect(Collectors.toSet());
    }
  }

  private static void sessions(Map<String, Tensor> inputs, int count) {
    SessionOptions options = SessionOptions.defaults().withReuseOutputs(true);
    for (int index = 0; index < count; index++) {
      try (Session session = new OnnxRuntimeEngine().compile(model(), options)) {
        run(session, inputs, 3);
      }
    }
  }

  private static void run(Session session, Map<String, Tensor> inputs, int times) {
    for (int run = 0; run < times; run++) {
      session.run(inputs);
    }
  }

  private static long residentBytes() throws IOException {
    Path statistics = Path.of("/proc/self/statm");
    Assumptions.assumeTrue(
        Files.exists(statistics), "resident memory is only read where /proc exists");
    return Long.parseLong(Files.readString(statistics).split(" ")[1]) * 4096;
  }
}
