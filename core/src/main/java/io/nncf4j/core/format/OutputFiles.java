package io.nncf4j.core.format;

import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes files that appear whole or not at all; several files together with {@link OutputSet}. */
public final class OutputFiles {
  /** Makes the content. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param file where the main file is to be written; others may stand beside it
     * @return the files written, the main one first
     */
    List<Path> write(Path file) throws IOException;
  }

  private OutputFiles() {}

  /**
   * Checks, before long work, that {@link #write} would begin.
   *
   * @throws InputException when {@code target} exists and {@code force} is off, or cannot be
   *     written
   */
  public static void check(Path target, boolean force) {
    if (target.toString().isBlank()) {
      throw new InputException("The name of the file to write is empty; give one");
    }
    Path folder = folderOf(target);
    if (target.getFileName() == null || Files.isDirectory(target)) {
      throw new InputException(target + " is a folder; give the name of a file to write");
    }
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          "Cannot write " + target + ": there is no folder " + folder + "; make it first");
    }
    refuseExisting(target, force);
    if (!Files.isWritable(folder)) {
      throw new InputException(
          "Cannot write " + target + ": the folder " + folder + " is not writable");
    }
  }

  /** Writes a text in UTF-8. */
  public static void writeText(Path target, boolean force, String text) {
    write(
        target,
        force,
        file -> {
          Files.writeString(file, text, StandardCharsets.UTF_8);
          return List.of(file);
        });
  }

  /**
   * Writes {@code target} and what belongs beside it.
   *
   * @return the files in their place, the main one first
   * @throws InputException as {@link #check}
   * @throws io.nncf4j.core.NncfException when writing fails, such as on a full disk; nothing is
   *     left behind
   */
  public static List<Path> write(Path target, boolean force, Content content) {
    try (OutputSet set = OutputSet.open(target, force)) {
      set.add(target, content);
      return set.commit();
    }
  }

  static void refuseExisting(Path target, boolean force) {
    if (!force && Files.exists(target)) {
      throw new InputException(target + " exists already; give --force to write over it");
    }
  }

  static Path folderOf(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    return folder == null ? target.toAbsolutePath() : folder;
  }
}
