package io.nncf4j.cli.config;

import io.nncf4j.cli.train.TrainSettings;
import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.ConfigurationCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nncf config}: all that can be asked about configurations. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    subcommands = {ConfigCommand.Validate.class, ConfigCommand.PrintSchema.class},
    synopsisSubcommandLabel = "VERB",
    description = "Checks a configuration of compression, or prints the schema.",
    footer = {
      "",
      "Examples:",
      "  nncf config validate config.json    # all problems at once, with paths and suggestions",
      "  nncf config schema > schema.json    # JSON Schema draft-07, for editors"
    })
public final class ConfigCommand {
  /** {@code nncf config validate}. */
  @Command(
      name = "validate",
      mixinStandardHelpOptions = true,
      description = "Checks a configuration; every problem is listed with its path.",
      footer = {"", "Example:", "  nncf config validate config.json"})
  static final class Validate implements Runnable {
    @Parameters(paramLabel = "FILE", description = "JSON; comments are permitted.")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
    private CommandSpec verb;

    @Override
    public void run() {
      Path given = Objects.requireNonNull(file, "picocli requires the parameter");
      NNCFConfig config = NNCFConfig.fromJson(given);
      boolean isForTraining = config.root().isSection("dataset");
      ConfigurationCheck.check(config, isForTraining ? TrainSettings.readers(given) : List.of());
      PrintWriter error = verb.commandLine().getErr();
      config
          .warnings()
          .forEach(warning -> error.println("nncf: warning: " + given + ": " + warning));
      error.flush();
      List<String> algorithms = config.algorithms().stream().map(Validate::name).toList();
      PrintWriter out = verb.commandLine().getOut();
      out.println(
          given
              + " is valid: "
              + (algorithms.isEmpty() ? "no algorithm" : String.join(", ", algorithms))
              + " for "
              + config.targetDevice());
      out.flush();
    }

    private static String name(ConfigSection section) {
      return section.text("algorithm", "bootstrapNAS");
    }
  }

  /** {@code nncf config schema}. */
  @Command(
      name = "schema",
      mixinStandardHelpOptions = true,
      description = "Prints the JSON Schema (draft-07) of configurations.",
      footer = {"", "Example:", "  nncf config schema > schema.json"})
  static final class PrintSchema implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
    private CommandSpec verb;

    @Override
    public void run() {
      PrintWriter out = verb.commandLine().getOut();
      out.print(NNCFConfig.schema());
      out.flush();
    }
  }
}
