package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.ranking.RankingCoefficients;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.training.control.AdjustableCompression;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionScheduler;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.ControllerState;
import io.nncf4j.compression.training.control.StateValues;
import io.nncf4j.compression.training.masks.MaskedChannels;
import io.nncf4j.compression.training.masks.PruningMasks;
import io.nncf4j.compression.training.masks.RoundBiases;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Guides filter pruning: which filters are masked now, and their removal at the end. */
public final class FilterPruningController implements CompressionController, AdjustableCompression {
  private static final double CLOSE = 1e-5;

  private final CompressedModel model;
  private final FilterPruningOptions options;
  private final PrunableGroups groups;
  private final LayerCosts costs;
  private final PruningMasks masks;
  private final FilterRanking ranking;
  private final Scheduler scheduler = new Scheduler();
  private double level;
  private boolean frozen;
  private boolean resting;
  private @Nullable Finding learnedRanking;

  FilterPruningController(
      CompressedModel model,
      FilterPruningOptions options,
      PrunableGroups groups,
      LayerCosts costs,
      PruningMasks masks,
      FilterRanking ranking) {
    this.model = model;
    this.options = options;
    this.groups = groups;
    this.costs = costs;
    this.masks = masks;
    this.ranking = ranking;
  }

  private final class Scheduler extends CompressionScheduler {
    @Override
    public void epochStep() {
      super.epochStep();
      int epoch = Math.toIntExact(currentEpoch());
      if (!resting && !frozen) {
        setLevel(options.schedule().level(epoch));
        frozen = options.schedule().isFrozen(epoch);
      }
    }
  }

  /**
   * @throws InputException when the target cannot be reached; says what can
   */
  void requireReachable() {
    double target = options.schedule().target();
    if (ranking.choose(target).isEmpty() && target > 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "filter_pruning: no filter would go at a target of %s: the groups have %d to %d filters,"
                  + " of which multiples of %d stay; give a higher target, or all_weights true",
              target,
              groups.groups().stream().mapToInt(group -> group.units().size()).min().orElse(0),
              groups.groups().stream().mapToInt(group -> group.units().size()).max().orElse(0),
              FilterRanking.MULTIPLE));
    }
  }

  /**
   * Masks the share {@code newLevel} of the filters, or of the arithmetic, that matters least by
   * the weights of now.
   *
   * @throws InputException when it is not from 0 to below 1, or cannot be reached
   */
  public void setLevel(double newLevel) {
    if (!(newLevel >= 0 && newLevel < 1)) {
      throw new InputException(
          "A level of pruning is from 0 to below 1; found " + newLevel + " for " + name());
    }
    masks.write(state(), new LinkedHashSet<>(ranking.choose(newLevel)));
    level = newLevel;
  }

  /**
   * Masks a share of the filters of each group of its own.
   *
   * @param levels by the index of the group, see {@link #groups}; each group has one
   */
  public void setLevels(Map<Integer, Double> levels) {
    List<ChannelUnit> chosen = ranking.byGroup(levels);
    masks.write(state(), new LinkedHashSet<>(chosen));
    double filters = 0;
    double removed = 0;
    for (ChannelGroup group : groups.groups()) {
      filters += group.units().size();
      removed += levels.getOrDefault(group.index(), 0.0) * group.units().size();
    }
    level = removed / filters;
  }

  /** What may be pruned. */
  public List<ChannelGroup> groups() {
    return groups.groups();
  }

  /** By the name of each layer which filters stay now: 1, and which are masked: 0. */
  public Map<String, String> filters() {
    return ranking.marks(masks.removed(state()));
  }

  /** What decides which filters go. */
  FilterRanking ranking() {
    return ranking;
  }

  /**
   * Learns or loads the ranking that the configuration asks for.
   *
   * @param trials tries candidates; null where none are to be tried
   */
  void learnRanking(RankingOptions how, @Nullable RankingTrials trials) {
    RankingLearner learner = new RankingLearner(this, how);
    if (how.load().isPresent()) {
      ranking.setCoefficients(learner.load(how.load().get()));
    } else if (trials != null) {
      RankingLearner.Learned learned = learner.search(trials);
      ranking.setCoefficients(learned.coefficients());
      learnedRanking = learned.finding();
    }
  }

  private TrainingState state() {
    return model.session().state();
  }

  @Override
  public String name() {
    return FilterPruningAlgorithm.NAME;
  }

  @Override
  public CompressedModel model() {
    return model;
  }

  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>(groups.findings());
    if (learnedRanking != null) {
      findings.add(learnedRanking);
    }
    return findings;
  }

  @Override
  public CompressionScheduler scheduler() {
    return scheduler;
  }

  @Override
  public CompressionStage compressionStage() {
    double target = options.schedule().target();
    if (rate() == 0) {
      return CompressionStage.UNCOMPRESSED;
    }
    // A schedule that rests has come to its end: the rate is chosen by someone else.
    return resting || level > target - CLOSE
        ? CompressionStage.FULLY_COMPRESSED
        : CompressionStage.PARTIALLY_COMPRESSED;
  }

  @Override
  public Optional<Double> compressionRate() {
    return Optional.of(rate());
  }

  @Override
  public Optional<AdjustableCompression> adjustable() {
    return Optional.of(this);
  }

  /** Share of the arithmetic that is gone when that is counted, else of the filters. */
  @Override
  public double rate() {
    List<ChannelUnit> removed = masks.removed(state());
    if (options.countsFlops()) {
      return 1 - (double) costs.without(removed).flops() / costs.tally().flops();
    }
    return share(removed);
  }

  private double share(List<ChannelUnit> removed) {
    int all = groups.groups().stream().mapToInt(group -> group.units().size()).sum();
    return (double) removed.size() / all;
  }

  @Override
  public boolean setRate(double rate) {
    List<ChannelUnit> before = masks.removed(state());
    setLevel(rate);
    return !before.equals(masks.removed(state()));
  }

  @Override
  public double maximalRate() {
    if (!options.countsFlops()) {
      return share(ranking.most());
    }
    return 1 - (double) costs.without(ranking.most()).flops() / costs.tally().flops();
  }

  @Override
  public void disableScheduler() {
    resting = true;
  }

  @Override
  public FilterPruningStatistics statistics() {
    return FilterPruningStatistics.of(
        costs.tally(),
        costs.without(masks.removed(state())),
        level,
        options.schedule().target(),
        options.countsFlops());
  }

  @Override
  public CompressionState compressionState() {
    Map<String, Object> own = new LinkedHashMap<>(ControllerState.of(this));
    own.put("level", level);
    own.put("frozen", frozen);
    own.put("resting", resting);
    RankingCoefficients coefficients = ranking.coefficients();
    if (coefficients != null) {
      own.put("ranking", coefficients.toJson());
    }
    return new CompressionState(Map.of(name(), Map.of()), Map.of(name(), own));
  }

  @Override
  public void loadState(CompressionState state) {
    Map<String, Object> own = StateValues.map(state.controllerState(), name());
    scheduler.loadState(ControllerState.scheduler(state, name()));
    level = own.get("level") instanceof Number number ? number.doubleValue() : 0;
    frozen = Boolean.TRUE.equals(own.get("frozen"));
    resting = Boolean.TRUE.equals(own.get("resting"));
    if (own.containsKey("ranking")) {
      ranking.setCoefficients(
          RankingCoefficients.fromJson(
              StateValues.text(own, "ranking"),
              "The ranking of the checkpoint",
              RankingCoefficients.keys(groups.groups())));
    }
  }

  /**
   * The model without the filters that are masked now, with everything else of training still in
   * it: what training can go on with, faster.
   */
  public Model shrunk() {
    return strip(model.session().snapshot());
  }

  /** Removes the masked filters. */
  @Override
  public Model strip(Model trained) {
    List<ChannelUnit> removed = masks.removed(state());
    Model plain = trained.withGraph(RoundBiases.remove(masks.takeOut(trained).graph()));
    return MaskedChannels.remove(plain, groups.groups(), removed);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s at %.3f", name(), level);
  }
}
