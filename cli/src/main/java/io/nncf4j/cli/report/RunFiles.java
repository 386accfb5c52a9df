package io.nncf4j.cli.report;

import io.nncf4j.core.format.OutputSet;
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
    return beside(output, ".run.json");
  }

  /** Where the page goes: {@code model.onnx} and {@code model.run.json} have {@code model.html}. */
  public static Path pageOf(Path output) {
    return beside(output, ".html");
  }

  /** The file with the name of {@code output} but another ending. */
  public static Path beside(Path output, String ending) {
    return output.resolveSibling(stem(output) + ending);
  }

  /** Adds record and page of the model {@code output} to the files that appear with it. */
  public static void add(RunRecord run, Path output, OutputSet files) {
    files.addText(recordOf(output), RunJson.write(run) + "\n");
    files.addText(pageOf(output), HtmlReport.render(run));
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    for (String ending : List.of(".run.json", ".json", ".onnx", ".xml")) {
      if (name.endsWith(ending) && name.length() > ending.length()) {
        return name.substring(0, name.length() - ending.length());
      }
    }
    return name;
  }
}
