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
   * Makes the folder, for a run that trains. A run that goes on in its own folder writes over its
   * files; any other finds none, or was told to {@code force} and begins afresh.
   *
   * @param source file of the model to train
   * @param resumed the checkpoint that the run goes on from; null for a new run
   * @throws InputException when the folder cannot be made, holds another run, or holds the model
   */
  void prepare(Path source, @Nullable Path resumed, boolean force) {
    make();
    keep(source);
    if (resumed != null && isHere(resumed)) {
      return;
    }
    for (Path each : files()) {
      if (!Files.exists(each)) {
        continue;
      }
      if (!force) {
        throw new InputException(
            each
                + " is there from an earlier run; give "
                + (Files.exists(last()) && resumed == null ? "--resume " + last() + ", " : "")
                + "another folder or --force");
      }
      delete(each);
    }
  }

  /** Makes the folder, and sees that nothing written there replaces the model that is read. */
  void prepareExport(Path source) {
    make();
    keep(source);
  }

  private void make() {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new InputException(path + " is a file; give the name of a folder for the run");
    }
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new InputException(
          "The folder " + path + " cannot be made: a part of its path is a file or not writable",
          e);
    }
    if (!Files.isWritable(path)) {
      throw new InputException("The folder " + path + " is not writable; give another one");
    }
  }

  private void keep(Path source) {
    for (Path read : ModelFiles.filesOf(source)) {
      for (Path each : files()) {
        if (isSame(read, each)) {
          throw new InputException(
              each
                  + " is a file of the model to train, and the run would write over it; give"
                  + " another folder, even with --force");
        }
      }
    }
  }

  private boolean isHere(Path checkpoint) {
    Path folder = checkpoint.toAbsolutePath().normalize().getParent();
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
