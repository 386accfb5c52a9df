package io.nncf4j.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the large files that tests use but the repository does not hold: models, images and the
 * expected outputs of independent implementations.
 *
 * <p>The folder is looked for in this order: system property {@code nncf.shared}, environment
 * variable {@code NNCF4J_SHARED}, then a folder {@code shared} (with {@code data} and {@code
 * oracle} in it) beside the working directory or beside any of its parents. A test that asks for a
 * file that is not there is skipped with a message, not failed.
 */
public final class SharedFiles {
  private SharedFiles() {}

  /** The shared folder; skips the calling test when there is none. */
  public static Path root() {
    Path found = find();
    Assumptions.assumeTrue(
        found != null,
        "no shared test files: set NNCF4J_SHARED to the folder that holds data/ and oracle/");
    return Objects.requireNonNull(found);
  }

  /** A file or folder below the shared folder, for example {@code data/models/x.onnx}. */
  public static Path path(String relative) {
    Path path = root().resolve(relative);
    Assumptions.assumeTrue(Files.exists(path), "shared test file missing: " + relative);
    return path;
  }

  /** A file or folder below {@code data}. */
  public static Path data(String relative) {
    return path("data/" + relative);
  }

  /** A file or folder below {@code oracle}. */
  public static Path oracle(String relative) {
    return path("oracle/" + relative);
  }

  private static @Nullable Path find() {
    String named = System.getProperty("nncf.shared", System.getenv("NNCF4J_SHARED"));
    if (named != null && !named.isBlank()) {
      Path path = Path.of(named);
      return isShared(path) ? path : null;
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path beside = at.resolve("shared");
      if (isShared(beside)) {
        return beside;
      }
    }
    return null;
  }

  private static boolean isShared(Path path) {
    return Files.isDirectory(path.resolve("data")) && Files.isDirectory(path.resolve("oracle"));
  }
}
