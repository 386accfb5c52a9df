package io.nncf4j.engines.openvino;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds and loads OpenVINO's C library: in the folder that {@code OPENVINO_DIR} names, as its
 * installer, its archives and its Python package lay it out, else on the library path.
 */
final class OpenVinoInstallation {
  static final String FOLDER_VARIABLE = "OPENVINO_DIR";

  private static final String HOW_TO_GET_IT =
      "; install the OpenVINO runtime (an archive from docs.openvino.ai, or the Python package"
          + " openvino) and set "
          + FOLDER_VARIABLE
          + " to its folder, or put its libraries on the library path";

  /** Where the library stands, below the folder of an installation or of its CMake files. */
  private static final List<String> PLACES =
      List.of(
          ".",
          "lib",
          "libs",
          "lib/intel64",
          "lib/arm64",
          "runtime/lib/intel64",
          "runtime/lib/aarch64",
          "runtime/lib/arm64/Release",
          "runtime/bin/intel64/Release",
          "../lib/intel64",
          "../lib/aarch64",
          "../lib/arm64/Release",
          "../bin/intel64/Release");

  private static final Pattern FILE =
      Pattern.compile(
          "libopenvino_c\\.so(\\.\\d+)*|libopenvino_c(\\.\\d+)*\\.dylib|openvino_c\\.dll");

  private OpenVinoInstallation() {}

  /**
   * The library.
   *
   * @param folder what {@code OPENVINO_DIR} says; null when it is not set
   * @throws NncfException when there is none or it cannot be loaded, with what to do
   */
  static OpenVinoLibrary load(@Nullable String folder) {
    String named = folder == null ? "" : folder.strip();
    Optional<Path> file = named.isEmpty() ? Optional.empty() : find(Path.of(named));
    if (!named.isEmpty() && file.isEmpty()) {
      throw new NncfException(
          "There is no OpenVINO C library in " + FOLDER_VARIABLE + "=" + named + HOW_TO_GET_IT);
    }
    try {
      return Native.load(
          file.map(Path::toString).orElse("openvino_c"),
          OpenVinoLibrary.class,
          Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));
    } catch (UnsatisfiedLinkError failure) {
      throw new NncfException(
          file.map(
                      found ->
                          "The OpenVINO library "
                              + found
                              + " cannot be loaded: "
                              + firstLine(failure))
                  .orElse("The OpenVINO library was not found on the library path")
              + HOW_TO_GET_IT,
          failure);
    }
  }

  private static String firstLine(UnsatisfiedLinkError failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("").strip();
  }

  /** The library's file below a folder; the name without a version first. */
  static Optional<Path> find(Path folder) {
    return PLACES.stream()
        .map(place -> folder.resolve(place).normalize())
        .filter(Files::isDirectory)
        .flatMap(place -> libraries(place).stream())
        .findFirst();
  }

  private static List<Path> libraries(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> FILE.matcher(String.valueOf(file.getFileName())).matches())
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
