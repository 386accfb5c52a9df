package io.nncf4j.core.format;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Files of one folder that appear together or not at all. They are made in a fresh hidden folder
 * beside their places and moved there by {@link #commit}; the hidden folder goes away whatever
 * happens, an interrupted process included.
 *
 * <pre>{@code
 * try (OutputSet set = OutputSet.open(model, force)) {
 *   set.add(model, file -> ...);
 *   set.addText(page, "...");
 *   set.commit();
 * }
 * }</pre>
 */
public final class OutputSet implements AutoCloseable {
  private final Path main;
  private final Path folder;
  private final boolean force;
  private final Path workshop;
  private final Thread cleaner;
  private final Map<Path, Path> places = new LinkedHashMap<>();
  private boolean closed;

  private OutputSet(Path main, boolean force, Path workshop) {
    this.main = main;
    this.folder = OutputFiles.folderOf(main);
    this.force = force;
    this.workshop = workshop;
    this.cleaner = new Thread(this::clean);
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  /**
   * Begins a set in the folder of {@code main}. Opening it before long work finds out early whether
   * anything can be written there.
   *
   * @param force whether existing files may be written over
   * @throws InputException as {@link OutputFiles#check}, and when nothing can be made in the folder
   */
  public static OutputSet open(Path main, boolean force) {
    OutputFiles.check(main, force);
    try {
      Path workshop = Files.createTempDirectory(OutputFiles.folderOf(main), ".nncf-");
      return new OutputSet(main, force, workshop);
    } catch (IOException failure) {
      throw new InputException(
          "Cannot write "
              + main
              + ": no file can be made in the folder "
              + OutputFiles.folderOf(main),
          failure);
    }
  }

  /**
   * Makes one file of the set, and what belongs beside it.
   *
   * @param target its place, in the folder of this set
   * @return the files made, the main one first, still in the hidden folder
   * @throws NncfException when writing fails, such as on a full disk
   */
  public List<Path> add(Path target, OutputFiles.Content content) {
    OutputFiles.check(target, force);
    if (!OutputFiles.folderOf(target).equals(folder)) {
      throw new IllegalArgumentException(target + " is not in " + folder);
    }
    try {
      List<Path> made = content.write(workshop.resolve(target.getFileName()));
      for (Path file : made) {
        sync(file);
        places.put(file, folder.resolve(file.getFileName()));
      }
      return made;
    } catch (UncheckedIOException failure) {
      throw cannotWrite(target, Objects.requireNonNull(failure.getCause()));
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  /** Makes a text file in UTF-8. */
  public void addText(Path target, String text) {
    add(
        target,
        file -> {
          Files.writeString(file, text);
          return List.of(file);
        });
  }

  /**
   * Moves all files to their places. When one cannot be moved, those before it are taken back and
   * what stood there before stands there again.
   *
   * @return the files in their places, in the order in which they were added
   */
  public synchronized List<Path> commit() {
    if (closed) {
      throw new NncfException("Nothing was written: the program is being stopped");
    }
    places.values().forEach(place -> OutputFiles.refuseExisting(place, force));
    List<Runnable> undo = new ArrayList<>();
    try {
      // The main file last: once it is there, all it refers to is there.
      List<Path> made = new ArrayList<>(places.keySet());
      for (int index = made.size() - 1; index >= 0; index--) {
        Path place = Objects.requireNonNull(places.get(made.get(index)));
        if (Files.exists(place)) {
          Path old = workshop.resolve("old-" + index);
          move(place, old);
          undo.add(0, () -> restore(old, place));
        }
        move(made.get(index), place);
        undo.add(0, () -> remove(place));
      }
      return List.copyOf(places.values());
    } catch (IOException failure) {
      undo.forEach(Runnable::run);
      throw cannotWrite(main, failure);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void restore(Path old, Path place) {
    try {
      move(old, place);
    } catch (IOException failure) {
      throw cannotWrite(place, failure);
    }
  }

  private static void remove(Path place) {
    try {
      Files.deleteIfExists(place);
    } catch (IOException failure) {
      throw cannotWrite(place, failure);
    }
  }

  /** Content reaches the disk before the name does, so that a crash leaves no empty file. */
  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static NncfException cannotWrite(Path target, IOException failure) {
    String reason =
        failure instanceof FileSystemException system && system.getReason() != null
            ? system.getReason()
            : failure.getMessage();
    return new NncfException("Cannot write " + target + ": " + reason, failure);
  }

  /** Takes away what was not committed. */
  @Override
  public void close() {
    clean();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs or has run; the folder is gone either way.
    }
  }

  /** Waits for a commit that has begun. */
  private synchronized void clean() {
    closed = true;
    try (Stream<Path> walk = Files.walk(workshop)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException alreadyGone) {
      // Whoever deletes it at the same time is the shutdown hook; there is nothing left to do.
    }
  }
}
