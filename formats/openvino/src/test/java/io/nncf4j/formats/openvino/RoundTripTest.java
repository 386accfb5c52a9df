package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every real ONNX model, written as IR and read again, gives the same outputs. */
class RoundTripTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> float32() throws IOException {
    return models().map(file -> DynamicTest.dynamicTest(name(file), () -> check(file, false)));
  }

  @TestFactory
  Stream<DynamicTest> halfWeights() throws IOException {
    return models().map(file -> DynamicTest.dynamicTest(name(file), () -> check(file, true)));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static Stream<Path> models() throws IOException {
    try (Stream<Path> walk = Files.walk(SharedFiles.data("models"))) {
      return walk.filter(file -> file.toString().endsWith(".onnx")).sorted().toList().stream();
    }
  }

  private void check(Path file, boolean half) throws IOException {
    Model model = ModelFiles.read(file);
    Path target = folder.resolve(name(file).replace(".onnx", half ? ".half.xml" : ".xml"));
    OpenVinoWriter writer = half ? OpenVinoWriter.withHalfWeights() : new OpenVinoWriter();
    List<Path> files = writer.write(model, target);
    Model again = ModelFiles.read(target);
    assertThat(again.graph().inputs().stream().map(Value::name).toList())
        .isEqualTo(model.graph().inputs().stream().map(Value::name).toList());
    assertThat(again.graph().outputs().stream().map(Value::name).toList())
        .isEqualTo(model.graph().outputs().stream().map(Value::name).toList());
    assertThat(Verifier.STANDARD.verify(again)).isEmpty();
    assertThat(ShapeInference.analyse(again).findings()).isEmpty();
    // Half precision is judged on a photo: noise leaves scores that are hardly above nothing.
    Map<String, Tensor> inputs =
        half && Running.takesPhoto(model)
            ? Running.photo(model, length(file), name(file))
            : Running.inputs(model, length(file));
    Running.assertClose(Running.run(again, inputs), Running.run(model, inputs), half ? 1e-2 : 1e-5);
    byte[] first = Files.readAllBytes(files.get(0));
    byte[] weights = Files.readAllBytes(files.get(1));
    files.forEach(each -> each.toFile().delete());
    writer.write(model, target);
    assertThat(Files.readAllBytes(files.get(0))).isEqualTo(first);
    assertThat(Files.readAllBytes(files.get(1))).isEqualTo(weights);
  }

  /** Batch, or height and width, of models that leave them open. */
  private static long length(Path file) {
    return name(file).contains("dynamic") || name(file).contains("ppocr") ? 64 : 2;
  }
}
