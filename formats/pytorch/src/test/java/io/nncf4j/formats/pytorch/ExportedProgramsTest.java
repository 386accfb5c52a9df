package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every exported program of the oracle gives what PyTorch gave, for one sample and for three. */
class ExportedProgramsTest {
  @TestFactory
  Stream<DynamicTest> giveWhatPyTorchGave() throws IOException {
    try (Stream<Path> walk = Files.walk(SharedFiles.oracle("torch-export"))) {
      return walk
          .filter(file -> file.toString().endsWith(".pt2"))
          .sorted()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      file.getParent().getFileName() + "/" + file.getFileName(), () -> check(file)))
          .toList()
          .stream();
    }
  }

  private static void check(Path file) throws IOException {
    Model model = ModelFiles.read(file);
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    assertThat(ShapeInference.analyse(model).findings()).isEmpty();
    compare(model, file, "");
    if (file.toString().contains("dynamic")) {
      compare(model, file, "_batch3");
    }
  }

  static void compare(Model model, Path file, String batch) throws IOException {
    Tensor input = Running.npy(file.resolveSibling("input" + batch + ".npy"));
    List<Tensor> expected = new ArrayList<>();
    for (int index = 0; ; index++) {
      Path output = file.resolveSibling("output" + batch + "_" + index + ".npy");
      if (!Files.exists(output)) {
        break;
      }
      expected.add(Running.npy(output));
    }
    Running.assertClose(Running.run(model, input), expected, 1e-4);
  }

  /** What was read can be trained: batch normalisation stays, weights have PyTorch's names. */
  @Test
  void keepBatchNormalizationAndNames() {
    Model model = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_resnet/model.pt2"));
    assertThat(model.graph().nodes())
        .filteredOn(node -> node.is("BatchNormalization"))
        .hasSize(model.graph().nodes().stream().filter(node -> node.is("Conv")).toList().size());
    assertThat(model.graph().constants()).containsKeys("conv1.weight", "bn1.running_mean");
  }
}
