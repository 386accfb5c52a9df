package io.nncf4j.compression.pruning.selection;

import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes units in blocks, so that what stays of each group is a multiple that the runtime likes, and
 * always the block that costs least importance for what it saves.
 */
public final class BlockSelector {
  /** Of each group at least this share stays. */
  private static final double LEAST_SHARE = 0.1;

  private final Map<ChannelGroup, List<ChannelUnit>> order = new HashMap<>();
  private final List<ChannelGroup> groups;
  private final Map<ChannelUnit, Double> importance;
  private final int multiple;
  private final LayerCosts costs;

  /**
   * @param importance comparable between groups
   * @param multiple what the number of units that stay is a multiple of
   */
  public BlockSelector(
      List<ChannelGroup> groups,
      Map<ChannelUnit, Double> importance,
      int multiple,
      LayerCosts costs) {
    this.costs = costs;
    this.groups = List.copyOf(groups);
    this.importance = Map.copyOf(importance);
    this.multiple = multiple;
    for (ChannelGroup group : groups) {
      List<ChannelUnit> sorted = new ArrayList<>(group.units());
      sorted.sort(Comparator.comparingDouble(unit -> importance.getOrDefault(unit, 0.0)));
      order.put(group, sorted);
    }
  }

  /** What stays of each group. */
  private final class State {
    final Map<ChannelGroup, Integer> staying = new HashMap<>();
    final LayerCosts.Tally tally = costs.tally();

    State() {
      groups.forEach(group -> staying.put(group, group.units().size()));
    }

    int staying(ChannelGroup group) {
      return staying.getOrDefault(group, group.units().size());
    }

    /** Lets another number of units of a group stay. */
    void set(ChannelGroup group, int after) {
      int total = group.units().size();
      int before = staying(group);
      if (after < before) {
        units(group).subList(total - before, total - after).forEach(tally::remove);
      } else {
        units(group).subList(total - after, total - before).forEach(tally::restore);
      }
      staying.put(group, after);
    }

    List<ChannelUnit> removed() {
      List<ChannelUnit> removed = new ArrayList<>();
      for (ChannelGroup group : groups) {
        removed.addAll(units(group).subList(0, group.units().size() - staying(group)));
      }
      return removed;
    }
  }

  private List<ChannelUnit> units(ChannelGroup group) {
    return order.getOrDefault(group, List.of());
  }

  /** Next smaller number that may stay; 0 when there is none. */
  private int next(ChannelGroup group, int staying) {
    int total = group.units().size();
    int least = Math.max(multiple, (int) Math.ceil(LEAST_SHARE * total));
    int next = (staying - 1) / multiple * multiple;
    return next >= least && next > 0 ? next : 0;
  }

  /**
   * The units to take until the cost is at most the goal, or null when it cannot be reached.
   *
   * @param cost what a model of these lengths costs
   */
  public @Nullable List<ChannelUnit> until(double goal, ToDoubleFunction<LayerCosts.Tally> cost) {
    return until(goal, cost, cost);
  }

  /**
   * As {@link #until(double, ToDoubleFunction)}, where what a step is worth differs from what
   * counts towards the goal: arithmetic may be asked for, and time be what one wants for it.
   *
   * @param worth what is saved for the importance that is lost; falls with the cost
   */
  public @Nullable List<ChannelUnit> until(
      double goal,
      ToDoubleFunction<LayerCosts.Tally> cost,
      ToDoubleFunction<LayerCosts.Tally> worth) {
    State state = new State();
    List<Taken> taken = new ArrayList<>();
    while (cost.applyAsDouble(state.tally) > goal) {
      Taken best = null;
      double current = worth.applyAsDouble(state.tally);
      for (ChannelGroup group : groups) {
        Taken candidate = cheapest(state, group, current, worth);
        if (candidate != null && (best == null || candidate.price() < best.price())) {
          best = candidate;
        }
      }
      if (best == null) {
        return null;
      }
      state.set(best.group, best.after);
      taken.add(best);
    }
    putBack(state, taken, goal, cost);
    return state.removed();
  }

  /** The least that the cost can become. */
  public double least(ToDoubleFunction<LayerCosts.Tally> cost) {
    State state = new State();
    for (ChannelGroup group : groups) {
      int staying = group.units().size();
      for (int next = next(group, staying); next > 0; next = next(group, next)) {
        staying = next;
      }
      state.set(group, staying);
    }
    return cost.applyAsDouble(state.tally);
  }

  /** A step: a group goes from one number to a smaller one. */
  private record Taken(ChannelGroup group, int before, int after, double loss, double saved) {
    double price() {
      return loss / saved;
    }
  }

  /** The best step of one group; not always the smallest, since time falls in stairs. */
  private @Nullable Taken cheapest(
      State state, ChannelGroup group, double current, ToDoubleFunction<LayerCosts.Tally> worth) {
    int staying = state.staying(group);
    int total = group.units().size();
    List<ChannelUnit> units = units(group);
    Taken best = null;
    double loss = 0;
    int counted = staying;
    for (int next = next(group, staying); next > 0; next = next(group, next)) {
      for (ChannelUnit unit : units.subList(total - counted, total - next)) {
        loss += importance.getOrDefault(unit, 0.0);
      }
      counted = next;
      state.set(group, next);
      double saved = current - worth.applyAsDouble(state.tally);
      Taken candidate = new Taken(group, staying, next, loss, saved);
      if (saved > 0 && (best == null || candidate.price() < best.price())) {
        best = candidate;
      }
    }
    state.set(group, staying);
    return best;
  }

  /** What turned out not to be needed comes back, the dearest first. */
  private static void putBack(
      State state, List<Taken> taken, double goal, ToDoubleFunction<LayerCosts.Tally> cost) {
    List<Taken> dearest = new ArrayList<>(taken);
    Collections.reverse(dearest);
    dearest.sort(Comparator.comparingDouble(step -> -step.loss));
    for (Taken step : dearest) {
      if (state.staying(step.group) != step.after) {
        continue;
      }
      state.set(step.group, step.before);
      if (cost.applyAsDouble(state.tally) > goal) {
        state.set(step.group, step.after);
      }
    }
  }
}
