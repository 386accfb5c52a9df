package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Small helpers for the text files that describe data: lists, tables, annotations. */
final class TextFile {
  private static final long LARGEST = 1L << 30;
  private static final int PROBLEMS_SHOWN = 20;

  private TextFile() {}

  /** The lines of a UTF-8 file. */
  static List<String> lines(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new InputException(file + " is larger than " + (LARGEST >> 20) + " MB");
      }
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      throw new InputException("There is no file " + file, missing);
    } catch (MalformedInputException binary) {
      throw new InputException(file + " is not a text file in UTF-8", binary);
    } catch (IOException failure) {
      throw new InputException("Cannot read " + file + ": " + FolderFiles.reason(failure), failure);
    }
  }

  /** Null when {@code name} cannot be a path. */
  static @Nullable Path resolve(Path folder, String name) {
    try {
      return folder.resolve(name);
    } catch (InvalidPathException notAPath) {
      return null;
    }
  }

  /** One exception for all problems, the first twenty shown. */
  static void throwIfAny(List<String> problems) {
    throwIfAny(problems, PROBLEMS_SHOWN);
  }

  /** One exception for all problems, of which the first {@code most} are shown. */
  static void throwIfAny(List<String> problems, int most) {
    if (problems.isEmpty()) {
      return;
    }
    int shown = Math.min(problems.size(), most);
    String rest = problems.size() == shown ? "" : "\n… and " + (problems.size() - shown) + " more";
    throw new InputException(String.join("\n", problems.subList(0, shown)) + rest);
  }
}
