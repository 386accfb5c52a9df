package io.nncf4j.compression.latency;

import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.LatencyComparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Models timed in rounds against the one that was added first. A model that joins later is compared
 * over the rounds that it took part in.
 */
final class LatencyRace {
  private static final int MOST_RUNS = 5;

  /** A round should not last longer than this; slow models run less often in one. */
  private static final long ROUND_NANOS = Duration.ofMillis(300).toNanos();

  /** How much has to be known more before it is looked at again: looking takes time as well. */
  private static final double NEXT_LOOK = 1.2;

  private final ModelTimer timer;
  private final List<List<long[]>> rounds = new ArrayList<>();
  private int runs = MOST_RUNS;

  LatencyRace(ModelTimer timer) {
    this.timer = timer;
  }

  void add(Model model) {
    timer.add(model);
    rounds.add(new ArrayList<>());
  }

  /**
   * Runs rounds until one of three says stop; at least one.
   *
   * @param most this many rounds
   * @param budget no round begins once this time is over
   * @param isEnough asked after rounds, the more seldom the more there were
   */
  void run(int most, Duration budget, BooleanSupplier isEnough) {
    long start = timer.nanoTime();
    long now = start;
    double nextLook = 1;
    for (int round = 0; round < most && now - start <= budget.toNanos(); round++) {
      long[][] nanos = timer.round(runs);
      for (int model = 0; model < nanos.length; model++) {
        rounds.get(model).add(nanos[model]);
      }
      if (round + 1 >= nextLook) {
        nextLook = (round + 1) * NEXT_LOOK;
        if (isEnough.getAsBoolean()) {
          return;
        }
      }
      long end = timer.nanoTime();
      runs = end - now > ROUND_NANOS ? Math.max(1, runs / 2) : runs;
      now = end;
    }
  }

  /** How many rounds this model took part in. */
  int rounds(int model) {
    return rounds.get(model).size();
  }

  /** What was measured of a model, by round and run. */
  List<long[]> nanos(int model) {
    return List.copyOf(rounds.get(model));
  }

  /** The first model against another. */
  LatencyComparison comparison(int model) {
    List<long[]> first = rounds.get(0);
    List<long[]> own = rounds.get(model);
    return LatencyComparison.of(
        first.subList(first.size() - own.size(), first.size()).toArray(long[][]::new),
        own.toArray(long[][]::new));
  }
}
