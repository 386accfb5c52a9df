package io.nncf4j.cli;

import io.nncf4j.cli.config.ConfigCommand;
import io.nncf4j.cli.console.Failures;
import io.nncf4j.cli.console.ProgramVersion;
import io.nncf4j.cli.convert.ConvertCommand;
import io.nncf4j.cli.evaluate.EvaluateCommand;
import io.nncf4j.cli.inspect.InspectCommand;
import io.nncf4j.cli.prune.PruneCommand;
import io.nncf4j.cli.quantize.QuantizeCommand;
import io.nncf4j.cli.quickstart.QuickstartCommand;
import io.nncf4j.cli.report.ReportCommand;
import io.nncf4j.cli.train.TrainCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code nncf} command: parses the command line and turns failures into exit codes. */
@Command(
    name = "nncf",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      QuickstartCommand.class,
      InspectCommand.class,
      EvaluateCommand.class,
      QuantizeCommand.class,
      ConvertCommand.class,
      ReportCommand.class,
      PruneCommand.class,
      TrainCommand.class,
      ConfigCommand.class
    },
    synopsisSubcommandLabel = "VERB",
    description = "Makes neural networks smaller and faster.",
    footer = {"", "Exit codes: 0 done; 1 failed; 2 wrong usage or input."})
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter error = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, error, arguments));
  }

  /** Runs one command in this process; every failure ends as a message on {@code error}. */
  static int run(PrintWriter out, PrintWriter error, String... arguments) {
    CommandLine commandLine = new CommandLine(new Main()).setOut(out).setErr(error);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> report(error, failure));
    commandLine.setParameterExceptionHandler(
        (wrong, given) -> {
          CommandLine verb = wrong.getCommandLine();
          error.println("nncf: " + wrong.getMessage());
          CommandLine.UnmatchedArgumentException.printSuggestions(wrong, error);
          error.println(
              "Try '" + verb.getCommandSpec().qualifiedName() + " --help' for what can be said.");
          return Failures.WRONG_INPUT;
        });
    try {
      int exitCode = commandLine.execute(arguments);
      if (out.checkError()) {
        error.println("nncf: standard output could not be written: the reader or the disk is gone");
        return exitCode == 0 ? Failures.FAILED : exitCode;
      }
      return exitCode;
    } catch (OutOfMemoryError | StackOverflowError | LinkageError failure) {
      return report(error, failure);
    } finally {
      out.flush();
      error.flush();
    }
  }

  private static int report(PrintWriter error, Throwable failure) {
    if (Failures.isProcessEnding()) {
      // Libraries are gone already, and what still runs fails because of that.
      return Failures.exitCode(failure);
    }
    error.println("nncf: " + Failures.message(failure));
    if (Boolean.getBoolean("nncf.stacktrace")) {
      failure.printStackTrace(error);
    }
    return Failures.exitCode(failure);
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {ProgramVersion.text()};
    }
  }
}
