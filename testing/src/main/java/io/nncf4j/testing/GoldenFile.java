package io.nncf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares text with a file of the repository under {@code src/test/resources/golden} of the module
 * under test.
 *
 * <p>When they differ, or the file does not exist, the text is written beside it with {@code
 * _actual} before the extension, and the test fails naming both: look at the difference, and rename
 * the actual file when it is right.
 */
public final class GoldenFile {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  private GoldenFile() {}

  /**
   * @param name file name, such as {@code small-network.txt}
   */
  public static void check(String name, String actual) {
    check(FOLDER, name, actual);
  }

  static void check(Path folder, String name, String actual) {
    int dot = name.lastIndexOf('.');
    Path expected = folder.resolve(name);
    Path written = folder.resolve(name.substring(0, dot) + "_actual" + name.substring(dot));
    try {
      String wanted =
          Files.exists(expected)
              ? Files.readString(expected, StandardCharsets.UTF_8).replace("\r\n", "\n")
              : null;
      if (actual.equals(wanted)) {
        Files.deleteIfExists(written);
        return;
      }
      Files.createDirectories(folder);
      Files.writeString(written, actual, StandardCharsets.UTF_8);
      throw new AssertionError(
          wanted == null
              ? "There is no golden file " + expected + "; the text is in " + written
              : "The text differs from "
                  + expected
                  + " at line "
                  + firstDifference(wanted, actual)
                  + "; it is in "
                  + written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstDifference(String wanted, String actual) {
    String[] left = wanted.split("\n", -1);
    String[] right = actual.split("\n", -1);
    int line = 0;
    while (line < left.length && line < right.length && left[line].equals(right[line])) {
      line++;
    }
    return (line + 1)
        + ": expected \""
        + (line < left.length ? left[line] : "end of file")
        + "\", found \""
        + (line < right.length ? right[line] : "end of text")
        + "\"";
  }
}
