package io.nncf4j.cli.prune;

import io.nncf4j.cli.console.Numbers;
import io.nncf4j.cli.run.PruningJob;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.pruning.PruningGoal;
import io.nncf4j.compression.pruning.PruningSettings;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the verb; a mixin. */
final class PruneOptions {
  @Option(
      names = "--target",
      paramLabel = "SHARE",
      description = "Share of the filters of each group to remove, such as 0.5.")
  private @Nullable Double target;

  @Option(
      names = "--flops-target",
      paramLabel = "SHARE",
      description = "Share of the arithmetic to remove, such as 0.3.")
  private @Nullable Double flopsTarget;

  @Option(
      names = "--latency-target",
      paramLabel = "SHARE",
      description = "Time of a run to reach, as a share of the time before, such as 0.6.")
  private @Nullable Double latencyTarget;

  @Option(
      names = "--importance",
      paramLabel = "MEASURE",
      description = "L1, L2 or geometric_median (default: ${DEFAULT-VALUE}).")
  private String importance = FilterImportance.L2.label();

  @Option(
      names = "--uniform",
      description = "Remove the same share of each group, instead of what costs least.")
  private boolean uniform;

  @Option(
      names = "--multiple",
      paramLabel = "COUNT",
      description =
          "Keep a multiple of this many channels in each group (default: ${DEFAULT-VALUE}).")
  private int multiple = PruningSettings.MULTIPLE;

  @Option(
      names = "--remove-blocks",
      negatable = true,
      arity = "0",
      description =
          "Let branches of residual blocks go as a whole where that changes the outputs less than"
              + " removing more filters (default: with --latency-target).")
  private @Nullable Boolean removesBlocks;

  @Option(
      names = "--by-time",
      description =
          "With --flops-target: prefer channel counts that run fast here, by a table of layers"
              + " that is measured first.")
  private boolean byTime;

  @Option(
      names = "--int8",
      description = "Then quantize what is left to 8 bits, on the same samples.")
  private boolean quantizes;

  @Option(
      names = "--no-latency-guard",
      description = "With --int8: keep integers also where floats run faster here.")
  private boolean withoutGuard;

  @Option(
      names = "--ignored-names",
      split = ",",
      paramLabel = "NODE",
      description = "Layers whose filters stay, separated by commas.")
  private List<String> ignoredNames = List.of();

  @Option(
      names = "--ignored-patterns",
      paramLabel = "REGEX",
      description = "Filters of layers stay whose names begin so; may be given several times.")
  private List<String> ignoredPatterns = List.of();

  @Option(
      names = "--no-compensation",
      description = "Do not fit the layers to what is left of them.")
  private boolean withoutCompensation;

  @Option(
      names = "--reconstruct",
      description =
          "Then fit the weights of each convolution to what is left of its inputs, one after another"
              + " (slower).")
  private boolean reconstructs;

  @Option(
      names = "--batch",
      paramLabel = "COUNT",
      description = "Samples that layers are fitted with at a time (default: ${DEFAULT-VALUE}).")
  private int batch = 50;

  PruningJob.Quantizing quantizing() {
    if (!quantizes) {
      return PruningJob.Quantizing.NO;
    }
    return withoutGuard ? PruningJob.Quantizing.ALWAYS : PruningJob.Quantizing.WHERE_FASTER;
  }

  /**
   * @throws InputException when options exclude each other or a number makes no sense
   */
  PruningSettings settings(int threads) {
    Numbers.positive("--batch", batch);
    Numbers.positive("--multiple", multiple);
    PruningGoal goal = goal();
    return PruningSettings.of(goal)
        .withImportance(FilterImportance.named(importance))
        .withUniform(uniform)
        .withMultiple(multiple)
        .withRemovesBlocks(
            removesBlocks == null ? goal.kind() == PruningGoal.Kind.LATENCY : removesBlocks)
        .withTimed(byTime)
        .withIgnored(new IgnoredScope(ignoredNames, ignoredPatterns, List.of(), List.of(), true))
        .withCompensation(!withoutCompensation)
        .withReconstruction(reconstructs)
        .withBatch(batch)
        .withThreads(threads);
  }

  private PruningGoal goal() {
    List<PruningGoal> goals = new ArrayList<>();
    add(goals, "--target", PruningGoal.Kind.FILTERS, target);
    add(goals, "--flops-target", PruningGoal.Kind.FLOPS, flopsTarget);
    add(goals, "--latency-target", PruningGoal.Kind.LATENCY, latencyTarget);
    if (goals.size() != 1) {
      throw new InputException(
          "Give one of --target, --flops-target and --latency-target; found "
              + (goals.isEmpty() ? "none" : goals.size()));
    }
    return goals.get(0);
  }

  private static void add(
      List<PruningGoal> goals, String option, PruningGoal.Kind kind, @Nullable Double share) {
    if (share == null) {
      return;
    }
    if (!(share > 0 && share < 1)) {
      throw new InputException(
          option + " takes a share of more than 0 and less than 1; found " + share);
    }
    goals.add(new PruningGoal(kind, share));
  }
}
