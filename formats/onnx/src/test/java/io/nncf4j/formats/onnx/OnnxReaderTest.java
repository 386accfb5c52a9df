package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxReaderTest {
  @TempDir Path folder;

  @Test
  void readsMobileNetWithWeightsMappedFromTheFile() {
    Model model =
        ModelFiles.read(SharedFiles.data("models/classification/mobilenet_v2_1.0_224.onnx"));

    assertThat(model.graph().inputs()).hasSize(1);
    assertThat(model.graph().nodes().stream().filter(node -> node.is("Conv")).count())
        .isGreaterThan(50);
    assertThat(model.graph().nodes().stream().map(Node::name)).doesNotHaveDuplicates();
    Tensor largest =
        model.graph().constants().values().stream()
            .max(java.util.Comparator.comparingLong(Tensor::byteCount))
            .orElseThrow();
    assertThat(largest.data().isDirect()).isTrue();
  }

  @Test
  void whatIsWrittenIsReadBackAsTheSameModel() throws Exception {
    Model model =
        ModelFiles.read(SharedFiles.data("models/classification/mobilenet_v2_1.0_224.onnx"));
    Path copy = folder.resolve("copy.onnx");
    ModelFiles.writerFor(copy).write(model, copy);

    assertThat(ModelFiles.read(copy)).isEqualTo(model);
    assertThat(OnnxWriter.toBytes(model)).isEqualTo(Files.readAllBytes(copy));
  }
}
