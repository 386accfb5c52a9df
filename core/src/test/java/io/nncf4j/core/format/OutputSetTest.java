package io.nncf4j.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputSetTest {
  @TempDir Path folder;

  @Test
  void filesAppearTogether() throws IOException {
    try (OutputSet set = OutputSet.open(folder.resolve("model.onnx"), false)) {
      set.addText(folder.resolve("model.onnx"), "graph");
      set.addText(folder.resolve("model.html"), "page");
      assertThat(folder.resolve("model.onnx")).doesNotExist();
      assertThat(set.commit())
          .containsExactly(folder.resolve("model.onnx"), folder.resolve("model.html"));
    }
    assertOnlyFiles("model.onnx", "model.html");
  }

  @Test
  void nothingAppearsWhenTheLastFileCannotBeMade() throws IOException {
    Files.writeString(folder.resolve("model.onnx"), "old");
    assertThatThrownBy(
            () -> {
              try (OutputSet set = OutputSet.open(folder.resolve("model.onnx"), true)) {
                set.addText(folder.resolve("model.onnx"), "new");
                set.add(
                    folder.resolve("model.html"),
                    file -> {
                      throw new IOException("No space left on device");
                    });
                set.commit();
              }
            })
        .isInstanceOf(NncfException.class)
        .hasMessage("Cannot write " + folder.resolve("model.html") + ": No space left on device");
    assertThat(folder.resolve("model.onnx")).hasContent("old");
    assertOnlyFiles("model.onnx");
  }

  @Test
  void aFileThatCameMeanwhileStays() throws IOException {
    try (OutputSet set = OutputSet.open(folder.resolve("model.onnx"), false)) {
      set.addText(folder.resolve("model.onnx"), "graph");
      set.addText(folder.resolve("model.html"), "page");
      Files.writeString(folder.resolve("model.html"), "mine");
      assertThatThrownBy(set::commit)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("model.html exists already");
    }
    assertThat(folder.resolve("model.html")).hasContent("mine");
    assertOnlyFiles("model.html");
  }

  @Test
  void oldFilesAreReplacedWhenForced() throws IOException {
    Files.writeString(folder.resolve("model.onnx"), "old");
    try (OutputSet set = OutputSet.open(folder.resolve("model.onnx"), true)) {
      set.addText(folder.resolve("model.onnx"), "new");
      set.commit();
    }
    assertThat(folder.resolve("model.onnx")).hasContent("new");
    assertOnlyFiles("model.onnx");
  }

  private void assertOnlyFiles(String... names) throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }
}
