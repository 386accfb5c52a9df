package io.nncf4j.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
  @TempDir Path folder;

  @Test
  void movesFinishedFilesToTheirPlace() throws IOException {
    Path target = folder.resolve("model.onnx");
    List<Path> written =
        OutputFiles.write(
            target,
            false,
            file -> {
              assertThat(target).doesNotExist();
              Path beside = file.resolveSibling("model.onnx.data");
              Files.writeString(file, "graph");
              Files.writeString(beside, "weights");
              return List.of(file, beside);
            });
    assertThat(written).containsExactly(target, folder.resolve("model.onnx.data"));
    assertThat(target).hasContent("graph");
    assertThat(written.get(1)).hasContent("weights");
    assertOnlyFiles("model.onnx", "model.onnx.data");
  }

  @Test
  void writesOverOnlyWhenForced() throws IOException {
    Path target = Files.writeString(folder.resolve("a.dot"), "old");
    assertThatThrownBy(() -> OutputFiles.writeText(target, false, "new"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--force");
    assertThat(target).hasContent("old");
    OutputFiles.writeText(target, true, "new");
    assertThat(target).hasContent("new");
  }

  @Test
  void leavesTheOldFileAndNothingElseWhenWritingFails() throws IOException {
    Path target = Files.writeString(folder.resolve("a.dot"), "old");
    assertThatThrownBy(
            () ->
                OutputFiles.write(
                    target,
                    true,
                    file -> {
                      Files.writeString(file, "half");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(NncfException.class)
        .hasMessage("Cannot write " + target + ": No space left on device");
    assertThat(target).hasContent("old");
    assertOnlyFiles("a.dot");
  }

  @Test
  void refusesFoldersAndMissingFolders() {
    assertThatThrownBy(() -> OutputFiles.check(folder, true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> OutputFiles.check(folder.resolve("none/a.dot"), true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no folder");
  }

  @Test
  void leavesNothingWhenTheProcessIsInterrupted() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                SlowWriter.class.getName(),
                folder.resolve("model.onnx").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("begun");
    process.destroy();
    process.waitFor();
    assertOnlyFiles();
  }

  private void assertOnlyFiles(String... names) throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }
}
