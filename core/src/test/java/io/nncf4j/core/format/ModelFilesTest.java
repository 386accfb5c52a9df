package io.nncf4j.core.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir Path folder;

  /** Whoever opened a pipe would wait for ever, and a device may never end. */
  @Test
  void whatIsNoFileIsNotOpened() throws IOException {
    Path device = Path.of("/dev/zero");
    Assumptions.assumeTrue(Files.exists(device), "there is no /dev/zero here");
    Path link = Files.createSymbolicLink(folder.resolve("model.onnx"), device);
    assertThatThrownBy(() -> ModelFiles.read(link))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a pipe or a device");
  }
}
