package io.nncf4j.cli.report;

import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.report.RunJson;
import io.nncf4j.report.html.HtmlReport;
import java.nio.file.Path;
import java.util.List;

/** The record and the page that stand beside a model that was made. */
public final class RunFiles {
  private RunFiles() {}

  /** Where the record of a run goes: {@code model.onnx} has {@code model.run.json}. */
  public static Path recordOf(Path output) {
    return output.resolveSibling(stem(output) + ".run.json");
  }

  /** Where the page goes: {@code model.onnx} and {@code model.run.json} have {@code model.html}. */
  public static Path pageOf(Path output) {
    return output.resolveSibling(stem(output) + ".html");
  }

  /**
   * Checks, before long work, that {@link #write} would begin.
   *
   * @throws io.nncf4j.core.InputException when a file exists and {@code force} is off
   */
  public static void check(Path output, boolean force) {
    OutputFiles.check(recordOf(output), force);
    OutputFiles.check(pageOf(output), force);
  }

  /**
   * Writes record and page beside {@code output}.
   *
   * @return the two files, the page first
   */
  public static List<Path> write(RunRecord run, Path output, boolean force) {
    check(output, force);
    OutputFiles.writeText(recordOf(output), force, RunJson.write(run) + "\n");
    OutputFiles.writeText(pageOf(output), force, HtmlReport.render(run));
    return List.of(pageOf(output), recordOf(output));
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    for (String ending : List.of(".run.json", ".json", ".onnx")) {
      if (name.endsWith(ending) && name.length() > ending.length()) {
        return name.substring(0, name.length() - ending.length());
      }
    }
    return name;
  }
}
