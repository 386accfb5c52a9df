package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every TorchScript archive of the oracle gives what PyTorch gave, for one sample and for three.
 */
class ScriptArchivesTest {
  @TestFactory
  Stream<DynamicTest> giveWhatPyTorchGave() throws IOException {
    try (Stream<Path> walk = Files.walk(SharedFiles.oracle("torch-export"))) {
      return walk
          .filter(file -> file.toString().endsWith(".pt"))
          .sorted()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      file.getParent().getFileName() + "/" + file.getFileName(), () -> check(file)))
          .toList()
          .stream();
    }
  }

  @TempDir Path folder;

  /** The scripted attention net, with a decision by data put into the code of its ReLU. */
  @Test
  void codeThatDecidesAtRunTimeIsRefusedWithTheNextStep() throws IOException {
    Path original = SharedFiles.oracle("torch-export/tiny_mha/model.scripted.pt");
    Path file = folder.resolve("deciding.pt");
    try (ZipFile old = new ZipFile(original.toFile());
        ZipOutputStream changed = new ZipOutputStream(Files.newOutputStream(file))) {
      for (ZipEntry entry : Collections.list(old.entries())) {
        byte[] content = old.getInputStream(entry).readAllBytes();
        if (entry.getName().endsWith("nn/functional.py")) {
          String code = new String(content, StandardCharsets.UTF_8);
          assertThat(code).contains("  if inplace:");
          content =
              code.replaceFirst("  if inplace:", "  if torch.gt(torch.sum(input), 0):")
                  .getBytes(StandardCharsets.UTF_8);
        }
        ZipEntry stored = new ZipEntry(entry.getName());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(content.length);
        CRC32 sum = new CRC32();
        sum.update(content);
        stored.setCrc(sum.getValue());
        changed.putNextEntry(stored);
        changed.write(content);
      }
    }
    assertThatThrownBy(() -> ModelFiles.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("known only at run time")
        .hasMessageContaining("torch.jit.trace");
  }

  private static void check(Path file) throws IOException {
    Model model = ModelFiles.read(file);
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    assertThat(ShapeInference.analyse(model).findings()).isEmpty();
    ExportedProgramsTest.compare(model, file, "");
    ExportedProgramsTest.compare(model, file, "_batch3");
  }

  @Test
  void keepBatchNormalizationAndNames() {
    Model model = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_resnet/model.ts.pt"));
    assertThat(model.graph().nodes().stream().filter(node -> node.is("BatchNormalization")))
        .hasSize(18);
    assertThat(model.graph().constants()).containsKeys("conv1.weight", "bn1.running_mean");
  }

  @Test
  void aQuantisedNetIsRead() {
    Model model = ModelFiles.read(SharedFiles.data("models/pytorch/mobilenet_quantized.pt"));
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    // Its code reshapes to [1, -1]: it was traced for one picture, and more would not fit.
    assertThat(model.graph().inputs().get(0).type().toString()).contains("[1, 3");
    assertThat(model.graph().outputs().get(0).type().toString()).contains("[1, 1000]");
    assertThat(model.graph().nodes().stream().filter(node -> node.is("Conv"))).hasSize(52);
  }
}
