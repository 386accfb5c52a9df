package io.nncf4j.compression.pruning;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.compression.pruning.importance.UnitImportance;
import io.nncf4j.compression.pruning.latency.LatencyTable;
import io.nncf4j.compression.pruning.selection.BlockSelector;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.pruning.selection.UnitSelector;
import io.nncf4j.compression.quantization.propagation.IgnoredNodes;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.SessionOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Chooses the filters that bring a model, or what is left of it without some blocks, to a goal. */
final class FilterChoice {
  /** Arithmetic beside time, so that steps without a gain in time can be compared. */
  private static final double SHARE_OF_FLOPS = 0.05;

  private final Engine engine;
  private final PruningSettings settings;
  private final MeasuredModel whole;
  private final Map<String, Tensor> sample;
  private final @Nullable LatencyTable table;

  /**
   * @param whole the model that the goal is a share of
   * @param table for goals in time, or where channel counts are to be fast
   */
  FilterChoice(
      Engine engine,
      PruningSettings settings,
      MeasuredModel whole,
      Map<String, Tensor> sample,
      @Nullable LatencyTable table) {
    this.engine = engine;
    this.settings = settings;
    this.whole = whole;
    this.sample = sample;
    this.table = table;
  }

  /**
   * The units that go.
   *
   * @param latency the share of the time that was measured, where the goal is one of time
   */
  record Chosen(List<ChannelUnit> removed, @Nullable Double latency) {}

  /**
   * @param left the whole, or what is left of it
   * @throws InputException when the goal cannot be reached; the message says what can
   */
  Chosen choose(MeasuredModel left) {
    boolean isWhole = left == whole;
    PruningGoal goal = settings.goal();
    List<ChannelGroup> groups = prunable(left.analysis(), isWhole);
    if (goal.kind() == PruningGoal.Kind.LATENCY) {
      return byLatency(left, groups);
    }
    Map<ChannelUnit, Double> importance =
        settings.uniform()
            ? UnitImportance.of(left.analysis(), settings.importance(), false)
            : ranked(left.analysis());
    UnitSelector selector = new UnitSelector(groups, importance);
    List<ChannelUnit> chosen;
    if (goal.kind() == PruningGoal.Kind.FILTERS) {
      chosen = selector.uniform(goal.share(), settings.multiple());
    } else if (settings.uniform()) {
      chosen = selector.uniformForFlops(goal.share(), settings.multiple(), left.costs());
    } else {
      chosen = byFlops(left, groups, importance);
    }
    if (chosen.isEmpty() && isWhole) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "No filter would go: the groups have %d to %d channels, of which multiples of %d"
                  + " stay; give a higher target or a smaller multiple",
              groups.stream().mapToInt(group -> group.units().size()).min().orElse(0),
              groups.stream().mapToInt(group -> group.units().size()).max().orElse(0),
              settings.multiple()));
    }
    return new Chosen(chosen, null);
  }

  private List<ChannelGroup> prunable(ChannelAnalysis analysis, boolean isWhole) {
    Set<String> ignored =
        IgnoredNodes.find(whole.model().graph(), settings.ignored()).stream()
            .map(Node::name)
            .collect(Collectors.toSet());
    List<ChannelGroup> groups =
        analysis.groups().stream()
            .filter(
                group ->
                    group.units().size() > 1
                        && group.layerNames().stream().noneMatch(ignored::contains))
            .toList();
    if (groups.isEmpty() && isWhole) {
      String why =
          analysis.groups().isEmpty()
              ? analysis.findings().stream()
                  .findFirst()
                  .map(finding -> " First reason: " + finding.message() + " " + finding.nodes())
                  .orElse(" It has no layers with a weight.")
              : " Every group of layers is ignored or too small.";
      throw new InputException("Nothing of this model can be pruned." + why);
    }
    return groups;
  }

  private Chosen byLatency(MeasuredModel left, List<ChannelGroup> groups) {
    SessionOptions session = SessionOptions.defaults().withThreads(settings.threads());
    LatencySearch.Result found =
        new LatencySearch(engine, session, whole.model(), left.analysis(), sample)
            .find(
                new BlockSelector(
                    groups, ranked(left.analysis()), settings.multiple(), left.costs()),
                timed(),
                timed().nanos(whole.costs().tally()),
                settings.goal().share());
    return new Chosen(found.removed(), found.share());
  }

  private List<ChannelUnit> byFlops(
      MeasuredModel left, List<ChannelGroup> groups, Map<ChannelUnit, Double> importance) {
    BlockSelector selector =
        new BlockSelector(groups, importance, settings.multiple(), left.costs());
    double goal = whole.costs().tally().flops() * (1 - settings.goal().share());
    List<ChannelUnit> chosen = selector.until(goal, LayerCosts.Tally::flops, worth());
    if (chosen == null) {
      throw UnitSelector.unreachable(
          settings.goal().share(), (long) selector.least(LayerCosts.Tally::flops), whole.costs());
    }
    return chosen;
  }

  /** Importances that can be compared between groups. */
  private Map<ChannelUnit, Double> ranked(ChannelAnalysis analysis) {
    return settings.importance() == FilterImportance.L2
        ? UnitImportance.energy(analysis)
        : UnitImportance.of(analysis, settings.importance(), true);
  }

  /** What removal is worth: arithmetic, or mostly time by a table measured here. */
  private ToDoubleFunction<LayerCosts.Tally> worth() {
    if (!settings.timed()) {
      return LayerCosts.Tally::flops;
    }
    LatencyTable times = timed();
    double nanos = times.nanos(whole.costs().tally());
    double flops = whole.costs().tally().flops();
    return tally -> times.nanos(tally) / nanos + SHARE_OF_FLOPS * tally.flops() / flops;
  }

  private LatencyTable timed() {
    if (table == null) {
      throw new IllegalStateException("times of layers were not measured");
    }
    return table;
  }
}
