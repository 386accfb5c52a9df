package io.nncf4j.engines;

import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders for what a runtime can only take from files, or only writes to files. */
public final class TemporaryFolders {
  private TemporaryFolders() {}

  /**
   * A new folder.
   *
   * @param purpose what it is for, named when there is no room
   */
  public static Path create(String purpose) {
    try {
      return Files.createTempDirectory("nncf4j-runtime");
    } catch (IOException failure) {
      throw new NncfException(
          "Cannot make a temporary folder for "
              + purpose
              + " in "
              + System.getProperty("java.io.tmpdir")
              + "; set -Djava.io.tmpdir to a folder with room: "
              + failure.getMessage(),
          failure);
    }
  }

  /** Removes a folder with all that is in it. */
  public static void delete(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException failure) {
      throw new NncfException(
          "Cannot remove the temporary folder " + folder + ": " + failure.getMessage(), failure);
    }
  }
}
