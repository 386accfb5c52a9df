package io.nncf4j.core.format;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Writes files that appear whole or not at all: they are made in a fresh hidden folder beside their
 * place and moved there when finished. The folder goes away whatever happens, an interrupted
 * process included.
 */
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
   * @throws NncfException when writing fails, such as on a full disk; nothing is left behind
   */
  public static List<Path> write(Path target, boolean force, Content content) {
    check(target, force);
    Path folder = folderOf(target);
    try {
      Path workshop = Files.createTempDirectory(folder, ".nncf-");
      Thread cleaner = new Thread(() -> delete(workshop));
      Runtime.getRuntime().addShutdownHook(cleaner);
      try {
        return move(content.write(workshop.resolve(target.getFileName())), folder, force);
      } finally {
        delete(workshop);
        forget(cleaner);
      }
    } catch (UncheckedIOException failure) {
      throw cannotWrite(target, Objects.requireNonNull(failure.getCause()));
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  private static List<Path> move(List<Path> made, Path folder, boolean force) throws IOException {
    List<Path> places = made.stream().map(file -> folder.resolve(file.getFileName())).toList();
    places.forEach(place -> refuseExisting(place, force));
    for (Path file : made) {
      sync(file);
    }
    // The main file last: once it is there, all it refers to is there.
    for (int index = made.size() - 1; index >= 0; index--) {
      Files.move(made.get(index), places.get(index), StandardCopyOption.ATOMIC_MOVE);
    }
    return places;
  }

  /** Content reaches the disk before the name does, so that a crash leaves no empty file. */
  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void refuseExisting(Path target, boolean force) {
    if (!force && Files.exists(target)) {
      throw new InputException(target + " exists already; give --force to write over it");
    }
  }

  private static Path folderOf(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    return folder == null ? target.toAbsolutePath() : folder;
  }

  private static NncfException cannotWrite(Path target, IOException failure) {
    String reason =
        failure instanceof FileSystemException system && system.getReason() != null
            ? system.getReason()
            : failure.getMessage();
    return new NncfException("Cannot write " + target + ": " + reason, failure);
  }

  private static void delete(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException alreadyGone) {
      // Whoever deletes it at the same time is the shutdown hook; there is nothing left to do.
    }
  }

  private static void forget(Thread cleaner) {
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs or has run; the folder is gone either way.
    }
  }
}
