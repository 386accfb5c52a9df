package io.nncf4j.engines;

import io.nncf4j.core.InputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How much is timed.
 *
 * @param warmUpRuns untimed runs of each candidate before the first round
 * @param rounds rounds in which every candidate is timed
 * @param runsPerRound runs of each candidate in a row in one round
 * @param budget once this much time has gone, and {@link #MINIMUM_ROUNDS} rounds are done, no new
 *     round begins: slow models are timed less often
 */
public record LatencyOptions(int warmUpRuns, int rounds, int runsPerRound, Duration budget) {
  /** Rounds that are run whatever they take, so that there is a spread to report. */
  public static final int MINIMUM_ROUNDS = 4;

  public LatencyOptions {
    List<String> problems = new ArrayList<>();
    if (warmUpRuns < 0) {
      problems.add("warmUpRuns must not be negative, found " + warmUpRuns);
    }
    if (rounds < MINIMUM_ROUNDS) {
      problems.add("rounds must be at least " + MINIMUM_ROUNDS + ", found " + rounds);
    }
    if (runsPerRound < 1) {
      problems.add("runsPerRound must be at least 1, found " + runsPerRound);
    }
    if (budget.isNegative()) {
      problems.add("budget must not be negative, found " + budget);
    }
    if (!problems.isEmpty()) {
      throw new InputException("Latency options: " + String.join("; ", problems));
    }
  }

  /** 10 runs to warm up, 20 rounds of 5 runs, at most about 20 seconds. */
  public static LatencyOptions defaults() {
    return new LatencyOptions(10, 20, 5, Duration.ofSeconds(20));
  }

  public LatencyOptions withWarmUpRuns(int newWarmUpRuns) {
    return new LatencyOptions(newWarmUpRuns, rounds, runsPerRound, budget);
  }

  public LatencyOptions withRounds(int newRounds) {
    return new LatencyOptions(warmUpRuns, newRounds, runsPerRound, budget);
  }

  public LatencyOptions withRunsPerRound(int newRunsPerRound) {
    return new LatencyOptions(warmUpRuns, rounds, newRunsPerRound, budget);
  }

  public LatencyOptions withBudget(Duration newBudget) {
    return new LatencyOptions(warmUpRuns, rounds, runsPerRound, newBudget);
  }
}
