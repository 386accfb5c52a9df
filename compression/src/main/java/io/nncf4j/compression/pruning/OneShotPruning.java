package io.nncf4j.compression.pruning;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.compression.pruning.compensation.MomentMatching;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.compression.pruning.importance.UnitImportance;
import io.nncf4j.compression.pruning.latency.LatencyTable;
import io.nncf4j.compression.pruning.selection.BlockSelector;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.pruning.selection.UnitSelector;
import io.nncf4j.compression.quantization.propagation.IgnoredNodes;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Prunes any model without training: finds the groups, takes what matters least until the goal is
 * reached, removes it, and fits the rest to samples.
 */
public final class OneShotPruning {
  /** Arithmetic beside time, so that steps without a gain in time can be compared. */
  private static final double SHARE_OF_FLOPS = 0.05;

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
    ChannelAnalysis analysis = ChannelAnalysis.of(model);
    List<ChannelGroup> groups = prunable(analysis);
    Map<String, Tensor> sample = UsableSamples.first(1, samples).get(0);
    Model shaped = shaped(analysis.model(), sample);
    LayerCosts costs = LayerCosts.of(analysis, shaped, false);
    List<Finding> findings = new ArrayList<>(analysis.findings());
    List<ChannelUnit> removed;
    if (settings.goal().kind() == PruningGoal.Kind.LATENCY) {
      LatencySearch.Result found = byLatency(analysis, groups, costs, shaped, sample);
      removed = found.removed();
      findings.add(found.finding());
    } else {
      removed = choose(analysis, groups, costs, shaped);
    }
    Model smaller = new RemoveChannels(analysis).remove(removed);
    int used = 0;
    if (settings.compensates()) {
      SessionOptions session = SessionOptions.defaults().withThreads(settings.threads());
      MomentMatching.Result mended =
          new MomentMatching(engine, session, settings.batch())
              .match(analysis, removed, smaller, samples);
      smaller = mended.model();
      used = mended.samples();
      findings.addAll(mended.findings());
    }
    return new PrunedModel(smaller, analysis, removed, costs, used, findings);
  }

  private List<ChannelGroup> prunable(ChannelAnalysis analysis) {
    Set<String> ignored =
        IgnoredNodes.find(analysis.model().graph(), settings.ignored()).stream()
            .map(Node::name)
            .collect(Collectors.toSet());
    List<ChannelGroup> groups =
        analysis.groups().stream()
            .filter(
                group ->
                    group.units().size() > 1
                        && group.layerNames().stream().noneMatch(ignored::contains))
            .toList();
    if (groups.isEmpty()) {
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

  /** The model for inputs like a sample, with a batch of one. */
  private static Model shaped(Model model, Map<String, Tensor> sample) {
    Map<String, Shape> shapes = new HashMap<>();
    for (Value input : model.graph().inputs()) {
      Tensor tensor = sample.get(input.name());
      if (tensor != null) {
        shapes.put(input.name(), Shape.of(tensor.shape()));
      }
    }
    return ShapeInference.inferFor(model, shapes);
  }

  private List<ChannelUnit> choose(
      ChannelAnalysis analysis, List<ChannelGroup> groups, LayerCosts costs, Model shaped) {
    Map<ChannelUnit, Double> importance =
        settings.uniform()
            ? UnitImportance.of(analysis, settings.importance(), false)
            : ranked(analysis);
    PruningGoal goal = settings.goal();
    UnitSelector selector = new UnitSelector(groups, importance);
    List<ChannelUnit> chosen =
        switch (goal.kind()) {
          case FILTERS -> selector.uniform(goal.share(), settings.multiple());
          case FLOPS ->
              settings.uniform()
                  ? selector.uniformForFlops(goal.share(), settings.multiple(), costs)
                  : byFlops(groups, importance, costs, worth(analysis, costs, shaped));
          case LATENCY -> throw new IllegalStateException("latency is searched for elsewhere");
        };
    if (chosen.isEmpty()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "No filter would go: the groups have %d to %d channels, of which multiples of %d"
                  + " stay; give a higher target or a smaller multiple",
              groups.stream().mapToInt(group -> group.units().size()).min().orElse(0),
              groups.stream().mapToInt(group -> group.units().size()).max().orElse(0),
              settings.multiple()));
    }
    return chosen;
  }

  private LatencySearch.Result byLatency(
      ChannelAnalysis analysis,
      List<ChannelGroup> groups,
      LayerCosts costs,
      Model shaped,
      Map<String, Tensor> sample) {
    SessionOptions session = SessionOptions.defaults().withThreads(settings.threads());
    LatencyTable table = table(analysis, shaped);
    Map<ChannelUnit, Double> importance = ranked(analysis);
    return new LatencySearch(engine, session, analysis, sample)
        .find(
            new BlockSelector(groups, importance, settings.multiple(), costs),
            table,
            table.nanos(costs.tally()),
            settings.goal().share());
  }

  /** Importances that can be compared between groups. */
  private Map<ChannelUnit, Double> ranked(ChannelAnalysis analysis) {
    return settings.importance() == FilterImportance.L2
        ? UnitImportance.energy(analysis)
        : UnitImportance.of(analysis, settings.importance(), true);
  }

  private LatencyTable table(ChannelAnalysis analysis, Model shaped) {
    return LatencyTable.measure(
        engine,
        SessionOptions.defaults().withThreads(settings.threads()),
        analysis.layers(),
        shaped,
        settings.multiple(),
        share -> {});
  }

  /** What removal is worth: arithmetic, or mostly time by a table measured here. */
  private ToDoubleFunction<LayerCosts.Tally> worth(
      ChannelAnalysis analysis, LayerCosts costs, Model shaped) {
    if (!settings.timed()) {
      return LayerCosts.Tally::flops;
    }
    LatencyTable table = table(analysis, shaped);
    double nanos = table.nanos(costs.tally());
    double flops = costs.tally().flops();
    return tally -> table.nanos(tally) / nanos + SHARE_OF_FLOPS * tally.flops() / flops;
  }

  private List<ChannelUnit> byFlops(
      List<ChannelGroup> groups,
      Map<ChannelUnit, Double> importance,
      LayerCosts costs,
      ToDoubleFunction<LayerCosts.Tally> worth) {
    BlockSelector selector = new BlockSelector(groups, importance, settings.multiple(), costs);
    double goal = costs.tally().flops() * (1 - settings.goal().share());
    List<ChannelUnit> chosen = selector.until(goal, LayerCosts.Tally::flops, worth);
    if (chosen == null) {
      throw UnitSelector.unreachable(
          settings.goal().share(), (long) selector.least(LayerCosts.Tally::flops), costs);
    }
    return chosen;
  }
}
