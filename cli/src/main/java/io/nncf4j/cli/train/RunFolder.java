package io.nncf4j.cli.train;

import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a run of training: what it holds, and whether a run may write there. Events for
 * TensorBoard have names of their own for each run and are never in the way.
 *
 * @param path the folder; made when it is not there
 */
record RunFolder(Path path) {
  static final String LAST = "last.safetensors";

  Path last() {
    return path.resolve(LAST);
  }

  Path best() {
    return path.resolve("best.safetensors");
  }

  Path log() {
    return path.resolve("log.jsonl");
  }

  Path model() {
    return path.resolve("model.onnx");
  }

  private List<Path> files() {
    return List.of(
        last(), best(), log(), model(), RunFiles.recordOf(model()), RunFiles.pageOf(model()));
  }

  /**
   * Sees whether a run may train here, and changes nothing. A run that goes on in its own folder
   * writes over its files; any other finds none, or was told to {@code force} and begins afresh.
   *
   * @param source file of the model to train
   * @param resumed the checkpoint that the run goes on from; null for a new run
   * @throws InputException when the folder cannot be made, holds another run, or holds the model
   */
  void check(Path source, @Nullable Path resumed, boolean force) {
    checkExport(source);
    if (force || isOwn(resumed)) {
      return;
    }
    for (Path each : files()) {
      if (Files.exists(each)) {
        throw new InputException(
            each
                + " is there from an earlier run; give "
                + (Files.exists(last()) && resumed == null ? "--resume " + last() + ", " : "")
                + "another folder or --force");
      }
    }
  }

  /**
   * Sees that the folder can be written, and that nothing there replaces the model that is read.
   */
  void checkExport(Path source) {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new InputException(path + " is a file; give the name of a folder for the run");
    }
    Path there = path.toAbsolutePath().normalize();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
      throw new InputException(
          Files.exists(path)
              ? "The folder " + path + " is not writable; give another one"
              : "The folder " + path + " cannot be made: " + there + " is a file or not writable");
    }
    keepModel(source);
  }

  /**
   * Makes the folder, and takes away what an earlier run left there unless this one goes on with
   * it. Done once there is something to write, so that a run that is refused leaves everything as
   * it was.
   *
   * @param resumed as for {@link #check}
   */
  void begin(@Nullable Path resumed) {
    make();
    if (!isOwn(resumed)) {
      files().stream().filter(Files::exists).forEach(RunFolder::delete);
    }
  }

  /** Makes the folder, to write a model into. */
  void make() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new InputException(
          "The folder " + path + " cannot be made: a part of its path is a file or not writable",
          e);
    }
  }

  private void keepModel(Path source) {
    ModelFiles.filesOf(source).forEach(read -> keep(read, "a file of the model to train"));
  }

  /**
   * Sees that a file that the run needs is none of those it writes.
   *
   * @param what the file is
   * @throws InputException when it is
   */
  void keep(Path read, String what) {
    for (Path each : files()) {
      if (isSame(read, each)) {
        throw new InputException(
            each
                + " is "
                + what
                + ", and the run would write over it; give another folder, even with --force");
      }
    }
  }

  /** Whether a run that goes on from {@code resumed} goes on in its own folder. */
  private boolean isOwn(@Nullable Path resumed) {
    Path folder = resumed == null ? null : resumed.toAbsolutePath().normalize().getParent();
    return folder != null && isSame(folder, path);
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    } catch (IOException e) {
      throw new InputException("Cannot tell whether " + one + " is " + other, e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new InputException(
          file + " of an earlier run cannot be removed; remove it, or give another folder", e);
    }
  }
}
