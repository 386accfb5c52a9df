package io.nncf4j.cli.report;

import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.report.RunJson;
import io.nncf4j.report.TextReport;
import io.nncf4j.report.html.HtmlReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nncf report}: the page and the table of a run that was saved. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Shows a saved run: prints its table and writes its HTML page.",
      "A run is what a verb prints with --json, or saves as NAME.run.json beside its output."
    },
    footer = {
      "",
      "Examples:",
      "  nncf report int8.run.json                    # writes int8.html",
      "  nncf quantize m.onnx --data d.yaml -o int8.onnx --json > run.json",
      "  nncf report run.json -o page.html --force"
    })
public final class ReportCommand implements Runnable {
  @Parameters(paramLabel = "RUN.json", description = "The saved run.")
  private @Nullable Path saved;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PAGE.html",
      description = "Where the page goes; by default beside RUN.json.")
  private @Nullable Path output;

  @Option(names = "--force", description = "Write over an existing page.")
  private boolean force;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private CommandSpec verb;

  @Override
  public void run() {
    Path given = java.util.Objects.requireNonNull(saved, "picocli requires the parameter");
    Path page = output == null ? RunFiles.pageOf(given) : output;
    OutputFiles.check(page, force);
    RunRecord read = RunJson.read(given);
    OutputFiles.writeText(page, force, HtmlReport.render(read));
    PrintWriter out = verb.commandLine().getOut();
    out.print(TextReport.render(read));
    out.println();
    out.println("page: " + page);
    out.flush();
  }
}
