package io.nncf4j.cli;

import io.nncf4j.core.InputException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code nncf} command: parses the command line and turns failures into exit codes. */
@Command(
    name = "nncf",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "VERB",
    description = "Makes neural networks smaller and faster.",
    footer = {"", "Exit codes: 0 done; 1 failed; 2 wrong usage or input."})
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("nncf: " + messageOf(failure));
          return failure instanceof InputException
              ? CommandLine.ExitCode.USAGE
              : CommandLine.ExitCode.SOFTWARE;
        });
    return commandLine;
  }

  private static String messageOf(Exception failure) {
    return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
  }

  /** The version stands in the manifest of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"nncf4j " + Objects.requireNonNullElse(version, "(not packaged)")};
    }
  }
}
