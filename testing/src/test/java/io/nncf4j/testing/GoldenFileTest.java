package io.nncf4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFileTest {
  @TempDir Path folder;

  @Test
  void writesTheActualTextBesideAFileThatDiffersAndRemovesItOnceTheyAgree() throws IOException {
    Files.writeString(folder.resolve("x.txt"), "one\ntwo\n");

    assertThatThrownBy(() -> GoldenFile.check(folder, "x.txt", "one\nthree\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("line 2: expected \"two\", found \"three\"");
    assertThat(folder.resolve("x_actual.txt")).hasContent("one\nthree\n");

    GoldenFile.check(folder, "x.txt", "one\ntwo\n");
    assertThat(folder.resolve("x_actual.txt")).doesNotExist();
  }

  @Test
  void aMissingFileFailsAndLeavesTheTextToRename() {
    assertThatThrownBy(() -> GoldenFile.check(folder, "new.txt", "text"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no golden file");
    assertThat(folder.resolve("new_actual.txt")).hasContent("text");
  }
}
