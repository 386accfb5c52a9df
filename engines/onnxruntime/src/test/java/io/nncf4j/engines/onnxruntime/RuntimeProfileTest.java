package io.nncf4j.engines.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.engines.NodeTime;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeProfileTest {
  @Test
  void namesMayHoldQuotesAndLineEnds() {
    String hostile = "a\"b\n\u001bc";
    TensorType type = TensorType.of(DataType.FLOAT32, 1, 3, 64, 64);
    Graph graph =
        new Graph(
            "names",
            List.of(new Value("x", type)),
            List.of(new Value("y", type)),
            Map.of(),
            List.of(Node.onnx(hostile, "Erf", Attributes.NONE, List.of("x"), List.of("y"))),
            Map.of());

    List<NodeTime> times =
        new OnnxRuntimeEngine()
            .profile(
                Model.of(graph),
                SyntheticInputs.ofSeed(1).generate(graph.inputs()),
                SessionOptions.defaults().withThreads(1),
                3);

    assertThat(times)
        .anySatisfy(
            time -> {
              assertThat(time.node()).isEqualTo(hostile);
              assertThat(time.operator()).isEqualTo("Erf");
              assertThat(time.outputBytes()).isEqualTo(4 * 3 * 64 * 64);
            });
  }

  @Test
  void aFileWithoutTimesIsRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("profile.json"), "[]");

    assertThatThrownBy(() -> RuntimeProfile.read(file, 0)).hasMessageContaining("no kernel");
  }
}
