package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs that no IR can say are refused with the node and the reason. */
class InexpressibleGraphsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"Conv", "ConvTranspose"})
  void aConvolutionOfAVector(String type) {
    Model model =
        Model.of(
            GraphEditor.empty("vector")
                .input(new Value("x", TensorType.of(DataType.FLOAT32, 4)))
                .constant("w", Tensor.ofFloats(new float[4], 4, 1, 1, 1))
                .constant("b", Tensor.ofFloats(new float[4], 4))
                .add(
                    Node.onnx(
                        "window", type, Attributes.NONE, List.of("x", "w", "b"), List.of("y")))
                .output(new Value("y", TensorType.of(DataType.FLOAT32, 4)))
                .build());
    assertThatThrownBy(() -> new OpenVinoWriter().write(model, folder.resolve("m.xml")))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessageContainingAll("window", "its input has 1 dimensions and its weights 4");
  }
}
