package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers whose meaning our own reader cannot tell from another: what stands in the file counts. */
class WrittenFormsTest {
  @TempDir Path folder;

  private String written(String type, Attributes attributes, String... read) throws IOException {
    TensorType picture = TensorType.of(DataType.FLOAT32, 1, 3, 8, 8);
    GraphEditor editor = GraphEditor.empty("one").input(new Value("x", picture));
    editor.constant("sizes", Tensor.vector(1, 3, 4, 4));
    editor.add(Node.onnx("node", type, attributes, List.of(read), List.of("y")));
    editor.output(new Value("y", TensorType.UNKNOWN));
    Path file = Files.createTempDirectory(folder, "one").resolve("one.xml");
    new OpenVinoWriter().write(Model.of(editor.build()), file);
    return Files.readString(file);
  }

  @Test
  void theFirstOfEqualValuesIsTheLargest() throws IOException {
    String text = written("ArgMax", Attributes.NONE.with("axis", 1L), "x");
    assertThat(text)
        .containsPattern("type=\"TopK\" version=\"opset11\"")
        .contains("stable=\"true\"");
  }

  @Test
  void onlyTheLinearModeKnowsAntialias() throws IOException {
    Attributes linear = Attributes.NONE.with("mode", "linear");
    assertThat(written("Resize", linear, "x", "", "", "sizes")).contains("mode=\"linear_onnx\"");
    assertThat(written("Resize", linear.with("antialias", 1L), "x", "", "", "sizes"))
        .contains("mode=\"linear\"")
        .contains("antialias=\"true\"");
    Attributes cubic = Attributes.NONE.with("mode", "cubic").with("antialias", 1L);
    assertThatThrownBy(() -> written("Resize", cubic, "x", "", "", "sizes"))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessageContaining("antialias");
  }
}
