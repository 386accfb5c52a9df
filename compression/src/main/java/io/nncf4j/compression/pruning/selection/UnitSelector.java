package io.nncf4j.compression.pruning.selection;

import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Chooses the units that matter least. In each group at least one stays, and of equally important
 * units the first goes, so that identical filters can be pruned too.
 */
public final class UnitSelector {
  /** Of each group at most this share goes when units are ranked in one list. */
  private static final double QUOTA = 0.9;

  private static final double FINENESS = 0.01;

  private final List<ChannelGroup> groups;
  private final Map<ChannelUnit, Double> importance;

  public UnitSelector(List<ChannelGroup> groups, Map<ChannelUnit, Double> importance) {
    this.groups = List.copyOf(groups);
    this.importance = Map.copyOf(importance);
  }

  /**
   * How many of {@code total} go at a level, when the number that stays is rounded up to a
   * multiple.
   */
  public static int pruned(int total, double level, int multiple) {
    double staying = total - total * level;
    return Math.max(total - (int) Math.ceil(staying / multiple) * multiple, 0);
  }

  /** The same share of each group. */
  public List<ChannelUnit> uniform(double level, int multiple) {
    checkLevel(level);
    List<ChannelUnit> chosen = new ArrayList<>();
    for (ChannelGroup group : groups) {
      chosen.addAll(least(group, pruned(group.units().size(), level, multiple)));
    }
    return chosen;
  }

  /** For each group a level of its own. */
  public List<ChannelUnit> byGroup(Map<Integer, Double> levels, int multiple) {
    List<ChannelUnit> chosen = new ArrayList<>();
    for (ChannelGroup group : groups) {
      Double level = levels.get(group.index());
      if (level == null) {
        throw new InputException("No pruning level is given for group " + group.index());
      }
      checkLevel(level);
      chosen.addAll(least(group, pruned(group.units().size(), level, multiple)));
    }
    return chosen;
  }

  /** The first units of one ranking over all groups. */
  public List<ChannelUnit> global(double level) {
    checkLevel(level);
    List<Ranked> ranking = ranking();
    int wanted = (int) (level * ranking.size());
    Map<ChannelGroup, Integer> taken = new HashMap<>();
    List<ChannelUnit> chosen = new ArrayList<>();
    for (Ranked ranked : ranking.subList(0, wanted)) {
      if (taken.merge(ranked.group, 1, Integer::sum) < ranked.group.units().size()) {
        chosen.add(ranked.unit);
      }
    }
    return chosen;
  }

  /**
   * The smallest level that is the same for all groups and takes a share of the arithmetic.
   *
   * @throws InputException when even the highest level does not; says what can be reached
   */
  public List<ChannelUnit> uniformForFlops(double target, int multiple, LayerCosts costs) {
    checkLevel(target);
    double goal = costs.tally().flops() * (1 - target);
    double low = 0;
    double high = 1;
    if (flops(uniform(high, multiple), costs) > goal) {
      throw unreachable(target, flops(uniform(high, multiple), costs), costs);
    }
    while (high - low > FINENESS) {
      double middle = (low + high) / 2;
      if (flops(uniform(middle, multiple), costs) > goal) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return uniform(high, multiple);
  }

  private static long flops(List<ChannelUnit> units, LayerCosts costs) {
    return costs.without(units).flops();
  }

  /**
   * Takes one unit after the other by one ranking until a share of the arithmetic is gone; of each
   * group at most nine tenths.
   *
   * @throws InputException when that is not enough; says what can be reached
   */
  public List<ChannelUnit> globalForFlops(double target, LayerCosts costs) {
    checkLevel(target);
    LayerCosts.Tally tally = costs.tally();
    double goal = tally.flops() * (1 - target);
    Map<ChannelGroup, Integer> taken = new HashMap<>();
    List<ChannelUnit> chosen = new ArrayList<>();
    for (Ranked ranked : ranking()) {
      if (tally.flops() < goal) {
        return chosen;
      }
      int already = taken.getOrDefault(ranked.group, 0);
      if (already < (int) (QUOTA * ranked.group.units().size())) {
        taken.put(ranked.group, already + 1);
        chosen.add(ranked.unit);
        tally.remove(ranked.unit);
      }
    }
    if (tally.flops() > goal) {
      throw unreachable(target, tally.flops(), costs);
    }
    return chosen;
  }

  /** All that one ranking may take. */
  public List<ChannelUnit> most() {
    List<ChannelUnit> chosen = new ArrayList<>();
    for (ChannelGroup group : groups) {
      chosen.addAll(least(group, (int) (QUOTA * group.units().size())));
    }
    return chosen;
  }

  private record Ranked(ChannelGroup group, ChannelUnit unit) {}

  private List<Ranked> ranking() {
    List<Ranked> ranking = new ArrayList<>();
    for (ChannelGroup group : groups) {
      group.units().forEach(unit -> ranking.add(new Ranked(group, unit)));
    }
    ranking.sort(Comparator.comparingDouble(ranked -> importance(ranked.unit)));
    return ranking;
  }

  /** The least important units of a group, but never all. */
  List<ChannelUnit> least(ChannelGroup group, int count) {
    return group.units().stream()
        .sorted(Comparator.comparingDouble(this::importance))
        .limit(Math.min(count, group.units().size() - 1))
        .toList();
  }

  double importance(ChannelUnit unit) {
    return importance.getOrDefault(unit, 0.0);
  }

  private static void checkLevel(double level) {
    if (!(level >= 0 && level < 1)) {
      if (level == 1) {
        return;
      }
      throw new InputException("A pruning target is a share from 0 to less than 1; found " + level);
    }
  }

  /** What to say when a share of the arithmetic cannot be taken. */
  public static InputException unreachable(double target, long least, LayerCosts costs) {
    double reachable = 1 - (double) least / costs.tally().flops();
    return new InputException(
        String.format(
            Locale.ROOT,
            "Pruning cannot take %.1f %% of the arithmetic; at most %.1f %% can be taken from the"
                + " groups that may be pruned",
            100 * target,
            100 * Math.floor(reachable * 1000) / 1000));
  }
}
