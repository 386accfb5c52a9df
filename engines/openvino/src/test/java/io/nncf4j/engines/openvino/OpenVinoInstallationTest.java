package io.nncf4j.engines.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the library is looked for, and what is said when it is not there. */
class OpenVinoInstallationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "runtime/lib/intel64/libopenvino_c.so.2460, .",
    "runtime/lib/intel64/libopenvino_c.so, runtime/cmake",
    "libs/libopenvino_c.so.2024.6.0, .",
    "libopenvino_c.dylib, .",
    "runtime/bin/intel64/Release/openvino_c.dll, ."
  })
  void theLibraryIsFoundWhereInstallersPutIt(String file, String named) throws IOException {
    Path library = folder.resolve(file);
    Files.createDirectories(library.getParent());
    Files.createFile(library);
    Files.createFile(library.resolveSibling("libopenvino.so"));
    Files.createDirectories(folder.resolve(named));
    assertThat(OpenVinoInstallation.find(folder.resolve(named))).contains(library);
  }

  @Test
  void aFolderWithoutItIsNamedWithWhatToDo() {
    assertThatThrownBy(() -> OpenVinoInstallation.load(folder.toString()))
        .isInstanceOf(NncfException.class)
        .hasMessageContaining("OPENVINO_DIR=" + folder)
        .hasMessageContaining("install the OpenVINO runtime");
  }

  @Test
  void aFileThatIsNoLibraryIsNamed() throws IOException {
    Path library = folder.resolve("libopenvino_c.so");
    Files.writeString(library, "no library");
    Path other = folder.resolve("openvino_c.dll");
    Files.writeString(other, "no library");
    assertThatThrownBy(() -> OpenVinoInstallation.load(folder.toString()))
        .isInstanceOf(NncfException.class)
        .hasMessageContaining(library.toString())
        .hasMessageContaining("cannot be loaded");
  }
}
