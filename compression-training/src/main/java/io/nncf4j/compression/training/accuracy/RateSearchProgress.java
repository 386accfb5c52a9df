package io.nncf4j.compression.training.accuracy;

import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.training.control.StateValues;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a search of the compression rate has come.
 *
 * @param target rate that is tried
 * @param step how far the next rate is away
 * @param learningRateFactor on the learning rate
 * @param direction 1 when the rate went up last, -1 when it went down, 0 before the first change
 * @param epochsAtRate epochs trained at this rate
 * @param budget the best one at this rate, negative infinity before its first epoch
 * @param best of all trials
 * @param trials in order
 */
public record RateSearchProgress(
    double target,
    double step,
    double learningRateFactor,
    int direction,
    int epochsAtRate,
    double budget,
    Trial best,
    List<Trial> trials) {
  /**
   * One epoch at a rate.
   *
   * @param budget by how much the metric is better than it must be
   */
  public record Trial(int epoch, double rate, double metric, double budget) {
    /** Accurate enough at the higher rate; of those that are not, the more accurate. */
    boolean isBetterThan(Trial other) {
      if (budget >= 0 && other.budget >= 0 && rate != other.rate) {
        return rate > other.rate;
      }
      return budget > other.budget;
    }

    private Map<String, Object> toMap() {
      return Map.of("epoch", epoch, "rate", rate, "metric", metric, "budget", budget);
    }

    private static Trial fromMap(Map<String, Object> map) {
      return new Trial(
          StateValues.count(map, "epoch"),
          StateValues.real(map, "rate"),
          StateValues.real(map, "metric"),
          StateValues.real(map, "budget"));
    }
  }

  public RateSearchProgress {
    trials = List.copyOf(trials);
    if (!(Math.abs(target) <= 2 && step > 0 && step <= 1)
        || !(learningRateFactor > 0 && learningRateFactor <= 1)
        || Math.abs(direction) > 1) {
      throw new InputException(
          "A search has a target and a step of at most 1, a positive factor on the learning rate of"
              + " at most 1, and a direction of -1, 0 or 1; found target "
              + target
              + ", step "
              + step
              + ", factor "
              + learningRateFactor
              + ", direction "
              + direction);
    }
    if (trials.isEmpty() || !trials.contains(best)) {
      throw new InputException("The best trial is none of the " + trials.size() + " trials");
    }
  }

  /** The search begins at the rate that the schedule led to; the first change is due at once. */
  static RateSearchProgress begin(AccuracyAwareConfig.RateSearch search, Trial first) {
    return new RateSearchProgress(
        first.rate(),
        search.initialStep(),
        1,
        0,
        search.patienceEpochs(),
        first.budget(),
        first,
        List.of(first));
  }

  /** Epochs that are done, those by the schedule included. */
  public int epochs() {
    return last().epoch();
  }

  /** The last trial. */
  public Trial last() {
    return trials.get(trials.size() - 1);
  }

  /** Whether there is nothing more to be learned at this rate. */
  boolean isDecided(AccuracyAwareConfig.RateSearch search) {
    return epochsAtRate >= search.patienceEpochs() || budget >= 0;
  }

  /** The rate to try next: up when this one was accurate enough; each turn makes steps smaller. */
  RateSearchProgress next(AccuracyAwareConfig.RateSearch search) {
    int newDirection = budget >= 0 ? 1 : -1;
    boolean turns = direction != 0 && newDirection != direction;
    double newStep = turns ? step * search.stepReduction() : step;
    return new RateSearchProgress(
        reachable(target + newDirection * newStep),
        newStep,
        turns ? learningRateFactor * search.learningRateReduction() : learningRateFactor,
        newDirection,
        0,
        Double.NEGATIVE_INFINITY,
        best,
        trials);
  }

  /** Nothing at all is tried before the search gives up; sums of steps miss 0 by a little. */
  private double reachable(double rate) {
    double rounded = Math.round(rate * 1e9) / 1e9;
    return target > 0 ? Math.max(0, rounded) : rounded;
  }

  /** The rate changes nothing: the model is the best one still, and as accurate. */
  RateSearchProgress unchanged(AccuracyAwareConfig.RateSearch search) {
    return new RateSearchProgress(
        target,
        step,
        learningRateFactor,
        direction,
        search.patienceEpochs(),
        best.budget(),
        best,
        trials);
  }

  RateSearchProgress after(Trial trial) {
    List<Trial> more = new ArrayList<>(trials);
    more.add(trial);
    return new RateSearchProgress(
        target,
        step,
        learningRateFactor,
        direction,
        epochsAtRate + 1,
        Math.max(budget, trial.budget()),
        trial.isBetterThan(best) ? trial : best,
        more);
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("target", target);
    map.put("step", step);
    map.put("learning_rate_factor", learningRateFactor);
    map.put("direction", direction);
    map.put("epochs_at_rate", epochsAtRate);
    map.put("budget", budget);
    map.put("best", best.toMap());
    map.put("trials", trials.stream().map(Trial::toMap).toList());
    return map;
  }

  static RateSearchProgress fromMap(Map<String, Object> map) {
    return new RateSearchProgress(
        StateValues.real(map, "target"),
        StateValues.real(map, "step"),
        StateValues.real(map, "learning_rate_factor"),
        StateValues.integer(map, "direction"),
        StateValues.count(map, "epochs_at_rate"),
        StateValues.real(map, "budget"),
        Trial.fromMap(StateValues.map(map, "best")),
        StateValues.maps(map, "trials").stream().map(Trial::fromMap).toList());
  }
}
