package io.nncf4j.compression.pruning;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.compression.pruning.block.ResidualBlock;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.compression.pruning.compensation.Batching;
import io.nncf4j.compression.pruning.compensation.FreeBatch;
import io.nncf4j.compression.pruning.compensation.LayerReconstruction;
import io.nncf4j.compression.pruning.compensation.MomentMatching;
import io.nncf4j.compression.pruning.latency.LatencyTable;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prunes any model without training: finds the groups, takes what matters least until the goal is
 * reached, removes it, and fits the rest to samples. Where residual blocks may go as a whole,
 * several depths are tried, and what changes the outputs least is taken.
 */
public final class OneShotPruning {
  /** So much more than the goal, as a share of the whole, is worth a word. */
  private static final double MORE = 0.05;

  private final Engine engine;
  private final PruningSettings settings;

  public OneShotPruning(Engine engine, PruningSettings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  /**
   * @throws InputException when nothing can be pruned or the goal cannot be reached; the message
   *     says what can
   */
  public PrunedModel prune(Model model, CalibrationSamples samples) {
    Map<String, Tensor> sample = UsableSamples.first(1, samples).get(0);
    MeasuredModel whole = MeasuredModel.of(model, sample);
    boolean timed = settings.timed() || settings.goal().kind() == PruningGoal.Kind.LATENCY;
    LatencyTable table = timed ? table(whole) : null;
    FilterChoice choice = new FilterChoice(engine, settings, whole, sample, table);
    List<Map<String, Tensor>> batches =
        settings.compensates() && takesBatches(whole.model(), samples)
            ? Batching.of(samples, settings.batch())
            : List.of();
    MomentMatching matching =
        settings.compensates()
            ? new MomentMatching(engine, session(), whole.model(), batches)
            : null;
    PrunedModel best =
        settings.removesBlocks()
            ? new DepthSearch(engine, settings, whole, sample, table)
                .best(depth -> narrowed(whole, depth, choice, matching), samples)
            : narrowed(whole, Depth.all(whole), choice, matching).pruned();
    PrunedModel fitted =
        matching != null && settings.reconstructs() ? reconstructed(best, matching, batches) : best;
    return told(fitted.withModel(HalfStorage.asIn(model, fitted.model())));
  }

  /** Says so when clearly more went than was asked for, because channels go in steps. */
  private PrunedModel told(PrunedModel pruned) {
    PruningGoal goal = settings.goal();
    double before = amount(goal.kind(), pruned.before());
    double gone = 1 - amount(goal.kind(), pruned.after()) / before;
    return goal.kind() == PruningGoal.Kind.LATENCY || gone < goal.share() + MORE
        ? pruned
        : pruned.withFinding(
            Finding.warning(
                "more-than-asked",
                String.format(
                    Locale.ROOT,
                    "%.1f %% of the %s went, and %.1f %% were asked for: channels go in steps, so"
                        + " that multiples of %d stay; give a lower target or a smaller --multiple",
                    100 * gone,
                    goal.kind() == PruningGoal.Kind.FLOPS ? "arithmetic" : "filters",
                    100 * goal.share(),
                    settings.multiple())));
  }

  private static double amount(PruningGoal.Kind kind, LayerCosts.Tally tally) {
    return kind == PruningGoal.Kind.FILTERS ? tally.filters() : tally.flops();
  }

  /** Fits the weights too, and then the moments again, which other layers decide as well. */
  private PrunedModel reconstructed(
      PrunedModel pruned, MomentMatching matching, List<Map<String, Tensor>> batches) {
    Model fitted =
        new LayerReconstruction(engine, session(), pruned.whole().model(), batches)
            .fit(pruned.analysis(), pruned.removed(), pruned.model());
    return pruned.withModel(matching.match(pruned.analysis(), pruned.removed(), fitted).model());
  }

  private boolean takesBatches(Model model, CalibrationSamples samples) {
    return Batching.isPossible(model)
        || FreeBatch.isPossible(engine, session(), model, UsableSamples.first(2, samples));
  }

  private SessionOptions session() {
    return SessionOptions.defaults().withThreads(settings.threads());
  }

  /** A model of some depth brought to the goal by its filters, and fitted. */
  private Attempt narrowed(
      MeasuredModel whole, Depth depth, FilterChoice choice, @Nullable MomentMatching matching) {
    MeasuredModel left = depth.left();
    FilterChoice.Chosen chosen = choice.choose(left);
    List<Finding> findings = new ArrayList<>(left.analysis().findings());
    Double share = chosen.latency();
    if (share != null) {
      findings.add(reached(share));
    }
    if (!depth.blocks().isEmpty()) {
      findings.add(gone(depth.blocks()));
    }
    Model smaller = new RemoveChannels(left.analysis()).remove(chosen.removed());
    int used = 0;
    if (matching != null) {
      MomentMatching.Result mended = matching.match(left.analysis(), chosen.removed(), smaller);
      smaller = mended.model();
      used = mended.samples();
      findings.addAll(mended.findings());
    }
    PrunedModel pruned =
        new PrunedModel(
            smaller,
            whole,
            depth.blocks(),
            left.analysis(),
            chosen.removed(),
            left.costs(),
            used,
            findings);
    return new Attempt(pruned, share == null ? settings.goal().share() : share);
  }

  private LatencyTable table(MeasuredModel whole) {
    return LatencyTable.measure(
        engine,
        session(),
        whole.analysis().layers(),
        whole.shaped(),
        settings.multiple(),
        share -> {});
  }

  private Finding reached(double share) {
    return Finding.information(
        "latency-reached",
        String.format(
            Locale.ROOT,
            "a run takes %.1f %% of the time before, measured before layers were fitted; asked"
                + " were %.1f %%",
            100 * share,
            100 * settings.goal().share()));
  }

  private static Finding gone(List<ResidualBlock> blocks) {
    return new Finding(
        Finding.Severity.INFORMATION,
        "blocks-removed",
        String.format(
            Locale.ROOT, "%d residual branches went as a whole, by their sums", blocks.size()),
        blocks.stream().map(ResidualBlock::sum).toList());
  }

  /** What came of one depth, and the share that was reached where the goal is one of time. */
  record Attempt(PrunedModel pruned, double share) {}

  /** A model without some blocks. */
  record Depth(List<ResidualBlock> blocks, MeasuredModel left) {
    static Depth all(MeasuredModel whole) {
      return new Depth(List.of(), whole);
    }
  }
}
