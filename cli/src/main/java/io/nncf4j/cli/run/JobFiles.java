package io.nncf4j.cli.run;

import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Where a job reads and writes.
 *
 * @param given the float model
 * @param output file of the quantized model; plan, record and page stand beside it
 * @param force whether existing files are written over
 */
public record JobFiles(GivenModel given, Path output, boolean force) {
  /** The file of the float model. */
  Path model() {
    return given.file();
  }

  /**
   * Finds out before long work what would fail after it.
   *
   * @param withReport whether record and page will be written too
   * @throws InputException when a file is in the way, or the output would be written over the model
   *     that is read
   */
  void check(boolean withReport) {
    given.checkOutput(output, List.of(), force);
    List<Path> beside =
        withReport
            ? List.of(plan(), RunFiles.recordOf(output), RunFiles.pageOf(output))
            : List.of(plan());
    for (Path each : beside) {
      if (!force && Files.exists(each) && !Files.isDirectory(each)) {
        throw new InputException(
            each
                + " of an earlier run would be written beside "
                + output
                + "; give --force to write over it, or another output");
      }
    }
    given.checkOutput(output, beside, force);
  }

  /** Where the plan is saved. */
  public Path plan() {
    return RunFiles.beside(output, ".plan.json");
  }

  /** Bytes of several files together. */
  static long size(Collection<Path> files) {
    long bytes = 0;
    try {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    } catch (IOException e) {
      throw new NncfException("The size of " + files + " cannot be read", e);
    }
    return bytes;
  }
}
