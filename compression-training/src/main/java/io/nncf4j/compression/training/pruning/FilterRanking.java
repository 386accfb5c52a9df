package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.KeptChannels;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.compression.pruning.importance.UnitImportance;
import io.nncf4j.compression.pruning.ranking.RankingCoefficients;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.pruning.selection.UnitSelector;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which filters matter least by the weights of now, in the way that the configuration chooses. */
final class FilterRanking {
  /** Of each group a multiple of this many filters stays when all give the same share. */
  /** Of this number of filters a group keeps a multiple, where each keeps the same share. */
  static final int MULTIPLE = 8;

  private final TrainingSession session;
  private final FilterPruningOptions options;
  private final ChannelAnalysis analysis;
  private final PrunableGroups groups;
  private final LayerCosts costs;
  private final @Nullable ImportanceGradients gradients;
  private @Nullable RankingCoefficients coefficients;

  /**
   * @param gradients for Taylor importance, else null
   */
  FilterRanking(
      TrainingSession session,
      FilterPruningOptions options,
      ChannelAnalysis analysis,
      PrunableGroups groups,
      LayerCosts costs,
      @Nullable ImportanceGradients gradients) {
    this.session = session;
    this.options = options;
    this.analysis = analysis;
    this.groups = groups;
    this.costs = costs;
    this.gradients = gradients;
  }

  /**
   * The units that go at a level.
   *
   * @throws io.nncf4j.core.InputException when it cannot be reached; says what can
   */
  List<ChannelUnit> choose(double level) {
    if (level == 0) {
      return List.of();
    }
    UnitSelector selector = selector();
    if (options.countsFlops()) {
      return options.global()
          ? selector.globalForFlops(level, costs)
          : selector.uniformForFlops(level, MULTIPLE, costs);
    }
    return options.global() ? selector.global(level) : selector.uniform(level, MULTIPLE);
  }

  /** For each group, by its index, a level of its own. */
  List<ChannelUnit> byGroup(Map<Integer, Double> levels) {
    return selector().byGroup(levels, MULTIPLE);
  }

  /** All units that may go at once. */
  List<ChannelUnit> most() {
    UnitSelector selector = selector();
    return options.global() ? selector.most() : selector.uniform(1, MULTIPLE);
  }

  private UnitSelector selector() {
    Map<ChannelUnit, Double> importance = importance();
    return new UnitSelector(
        groups.groups(),
        coefficients == null ? importance : coefficients.rank(groups.groups(), importance));
  }

  /**
   * By the name of each layer a character for each of its filters: 1 for one that stays, 0 for one
   * that goes.
   */
  Map<String, String> marks(List<ChannelUnit> removed) {
    KeptChannels kept = RemoveChannels.kept(analysis, removed);
    Map<String, String> marks = new LinkedHashMap<>();
    for (PrunableLayer layer : analysis.layers()) {
      Tensor weight = analysis.tensor(layer.weight());
      if (weight != null) {
        int @Nullable [] staying = kept.of(layer.weight(), layer.filterDimension());
        char[] own = new char[(int) weight.dimension(layer.filterDimension())];
        Arrays.fill(own, staying == null ? '1' : '0');
        for (int index = 0; staying != null && index < staying.length; index++) {
          own[staying[index]] = '1';
        }
        marks.put(layer.node(), new String(own));
      }
    }
    return marks;
  }

  /** How much each unit matters, before any learned coefficients. */
  Map<ChannelUnit, Double> importance() {
    if (gradients != null) {
      Map<Place, Tensor> measured = TaylorImportance.measure(session, analysis.layers(), gradients);
      return UnitImportance.of(analysis, measured::get, options.importance(), false);
    }
    boolean isComparable = options.global() && options.ranking().isEmpty();
    return UnitImportance.of(analysis, this::weight, options.importance(), isComparable);
  }

  /** A weight as it is now; frozen layers have theirs in the graph. */
  private @Nullable Tensor weight(Place place) {
    return session.state().byName().containsKey(place.value())
        ? session.state().read(place.value())
        : analysis.tensor(place);
  }

  /** What compares groups; null for importance as it is. */
  @Nullable RankingCoefficients coefficients() {
    return coefficients;
  }

  void setCoefficients(RankingCoefficients newCoefficients) {
    coefficients = newCoefficients;
  }
}
