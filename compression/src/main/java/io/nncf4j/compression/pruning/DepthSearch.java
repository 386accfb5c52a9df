package io.nncf4j.compression.pruning;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.pruning.OneShotPruning.Attempt;
import io.nncf4j.compression.pruning.OneShotPruning.Depth;
import io.nncf4j.compression.pruning.block.BlockRanking;
import io.nncf4j.compression.pruning.block.OutputChange;
import io.nncf4j.compression.pruning.block.ResidualBlock;
import io.nncf4j.compression.pruning.compensation.Batching;
import io.nncf4j.compression.pruning.latency.LatencyTable;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.quantization.propagation.IgnoredNodes;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tries models of several depths: all blocks, some fewer each time, and as few as reach the goal
 * without pruning filters. Each is brought to the goal by its filters and fitted; of those that
 * reach it, the one whose outputs change least is taken.
 */
final class DepthSearch {
  /** Samples that changes of outputs are measured with. */
  private static final int SAMPLES = 64;

  private static final int DEPTHS = 5;

  /** What counts as reaching a goal in time. */
  private static final double CLOSE = 0.05;

  private final Engine engine;
  private final PruningSettings settings;
  private final MeasuredModel whole;
  private final Map<String, Tensor> sample;
  private final @Nullable LatencyTable table;

  DepthSearch(
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

  PrunedModel best(Function<Depth, Attempt> narrowing, CalibrationSamples samples) {
    OutputChange change =
        new OutputChange(
            engine,
            SessionOptions.defaults().withThreads(settings.threads()),
            whole.model(),
            Batching.of(whole.model(), samples.first(SAMPLES), settings.batch()));
    List<BlockRanking.Step> steps =
        new BlockRanking(change, this::cost, this::mayGo).until(whole.model(), toSave());
    Attempt best = null;
    double bestChange = Double.POSITIVE_INFINITY;
    InputException refused = null;
    List<String> tried = new ArrayList<>();
    for (int count : depths(steps.size())) {
      Attempt attempt;
      try {
        attempt = narrowing.apply(depth(steps.subList(0, count)));
      } catch (InputException e) {
        refused = refused == null ? e : refused;
        tried.add(count + " blocks: not reached");
        continue;
      }
      double changed = change.of(attempt.pruned().model());
      tried.add(told(count, attempt, changed));
      if (best == null || isBetter(attempt, changed, best, bestChange)) {
        best = attempt;
        bestChange = changed;
      }
    }
    if (best == null) {
      throw refused == null ? new InputException("Nothing of this model can be pruned.") : refused;
    }
    return best.pruned().withFinding(Finding.information("depths-tried", String.join("; ", tried)));
  }

  private String told(int count, Attempt attempt, double change) {
    String time =
        settings.goal().kind() == PruningGoal.Kind.LATENCY
            ? String.format(Locale.ROOT, " in %.1f %% of the time", 100 * attempt.share())
            : "";
    return String.format(
        Locale.ROOT,
        "%d blocks and %d channels: outputs change by %.3f%s",
        count,
        attempt.pruned().removed().size(),
        change,
        time);
  }

  private Depth depth(List<BlockRanking.Step> steps) {
    if (steps.isEmpty()) {
      return Depth.all(whole);
    }
    List<ResidualBlock> blocks = steps.stream().map(BlockRanking.Step::block).toList();
    return new Depth(blocks, MeasuredModel.of(steps.get(steps.size() - 1).model(), sample));
  }

  private boolean isBetter(Attempt one, double change, Attempt other, double otherChange) {
    double miss = missed(one);
    double otherMiss = missed(other);
    if (miss > CLOSE || otherMiss > CLOSE) {
      return miss < otherMiss;
    }
    return change < otherChange;
  }

  private double missed(Attempt attempt) {
    return Math.abs(attempt.share() / settings.goal().share() - 1);
  }

  /** Numbers of blocks to try: none, all that were ranked and one fewer, and some in between. */
  private static Set<Integer> depths(int most) {
    Set<Integer> depths = new TreeSet<>();
    for (int index = 0; index < DEPTHS; index++) {
      depths.add((int) Math.round((double) most * index / (DEPTHS - 1)));
    }
    depths.add(Math.max(0, most - 1));
    return depths;
  }

  private boolean mayGo(ResidualBlock block) {
    Set<String> ignored =
        IgnoredNodes.find(whole.model().graph(), settings.ignored()).stream()
            .map(Node::name)
            .collect(Collectors.toSet());
    return block.nodes().stream().noneMatch(ignored::contains);
  }

  private double toSave() {
    LayerCosts.Tally tally = whole.costs().tally();
    return settings.goal().kind() == PruningGoal.Kind.LATENCY && table != null
        ? table.nanos(tally) * (1 - settings.goal().share())
        : tally.flops() * settings.goal().share();
  }

  /** What the layers of a block cost, in the measure of the goal. */
  private double cost(ResidualBlock block) {
    Set<String> nodes = new HashSet<>(block.nodes());
    List<LayerCosts.LayerTally> layers = new ArrayList<>();
    for (LayerCosts.LayerTally layer : whole.costs().tally().layers()) {
      if (nodes.contains(layer.node())) {
        layers.add(layer);
      }
    }
    return settings.goal().kind() == PruningGoal.Kind.LATENCY && table != null
        ? table.nanos(layers)
        : layers.stream().mapToLong(LayerCosts.LayerTally::flops).sum();
  }
}
