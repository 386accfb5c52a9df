package io.nncf4j.compression.pruning.ranking;

import io.nncf4j.compression.pruning.ranking.RankingCoefficients.Affine;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Searches coefficients of a ranking by regularised evolution: of some of a population the best is
 * varied, and what comes of it takes the place of the oldest.
 *
 * <p>"Towards Efficient Model Compression via Learned Global Ranking" (Chin et al. 2020), algorithm
 * 1. The first candidate leaves importance as it is; then come candidates by chance, until the
 * population is full.
 */
public final class RankingSearch {
  /**
   * What the search is governed by.
   *
   * @param generations candidates that are tried in all
   * @param population candidates that live at a time
   * @param samples of them from which a parent is chosen
   * @param mutated share of groups that a child has other coefficients for, at least one
   * @param sigma spread of the logarithm of scales
   */
  public record Options(
      int generations, int population, int samples, double mutated, double sigma, long seed) {}

  /**
   * What came of it.
   *
   * @param best of all candidates
   * @param loss of it
   * @param lossOfIdentity of importance as it is
   */
  public record Result(RankingCoefficients best, double loss, double lossOfIdentity) {}

  /** Steps of mutation shrink as if there were so many more generations. */
  private static final double LONGER = 1.25;

  private record Candidate(RankingCoefficients coefficients, double loss) {}

  private final Map<String, Double> spreads;
  private final Options options;
  private final Random random;

  private RankingSearch(Map<String, Double> spreads, Options options) {
    this.spreads = spreads;
    this.options = options;
    random = new Random(options.seed());
  }

  /**
   * Runs the search.
   *
   * @param spreads for each group the standard deviation of the importance of its units
   * @param trial the loss with a candidate; one that is no number counts as the worst
   * @param better told of each candidate that is better than all before it
   */
  public static Result search(
      Map<String, Double> spreads,
      Options options,
      ToDoubleFunction<RankingCoefficients> trial,
      Consumer<RankingCoefficients> better) {
    return new RankingSearch(new LinkedHashMap<>(spreads), options).run(trial, better);
  }

  private Result run(
      ToDoubleFunction<RankingCoefficients> trial, Consumer<RankingCoefficients> better) {
    Deque<Candidate> population = new ArrayDeque<>();
    Candidate identity = null;
    Candidate best = null;
    for (int generation = 0; generation < options.generations(); generation++) {
      RankingCoefficients coefficients;
      if (identity == null) {
        coefficients = RankingCoefficients.identity(List.copyOf(spreads.keySet()));
      } else if (generation < options.population()) {
        coefficients = drawn();
      } else {
        coefficients = varied(parent(population).coefficients(), generation);
      }
      double loss = trial.applyAsDouble(coefficients);
      Candidate tried =
          new Candidate(coefficients, Double.isFinite(loss) ? loss : Double.POSITIVE_INFINITY);
      if (population.size() == options.population()) {
        population.removeFirst();
      }
      population.addLast(tried);
      identity = identity == null ? tried : identity;
      if (best == null || tried.loss() < best.loss()) {
        best = tried;
        better.accept(coefficients);
      }
    }
    Objects.requireNonNull(best, "At least one generation is needed");
    return new Result(best.coefficients(), best.loss(), Objects.requireNonNull(identity).loss());
  }

  private RankingCoefficients drawn() {
    Map<String, Affine> all = new LinkedHashMap<>();
    spreads.forEach(
        (key, spread) ->
            all.put(
                key,
                new Affine(
                    Math.exp(random.nextGaussian() * options.sigma()),
                    random.nextGaussian() * spread)));
    return new RankingCoefficients(all);
  }

  private Candidate parent(Deque<Candidate> population) {
    List<Candidate> all = List.copyOf(population);
    Candidate parent = all.get(random.nextInt(all.size()));
    for (int sample = 1; sample < options.samples(); sample++) {
      Candidate other = all.get(random.nextInt(all.size()));
      parent = other.loss() < parent.loss() ? other : parent;
    }
    return parent;
  }

  private RankingCoefficients varied(RankingCoefficients parent, int generation) {
    double step = 1 - generation / (LONGER * options.generations());
    List<String> keys = List.copyOf(spreads.keySet());
    List<Integer> order =
        new java.util.ArrayList<>(IntStream.range(0, keys.size()).boxed().toList());
    Collections.shuffle(order, random);
    Map<String, Affine> all = new LinkedHashMap<>(parent.byGroup());
    int count = Math.max(1, (int) (options.mutated() * keys.size()));
    for (int index : order.subList(0, Math.min(count, keys.size()))) {
      String key = keys.get(index);
      Affine before = Objects.requireNonNull(all.get(key));
      double spread = Objects.requireNonNull(spreads.get(key));
      all.put(
          key,
          new Affine(
              before.scale() * Math.exp(random.nextGaussian() * options.sigma() * step),
              before.shift() + random.nextGaussian() * spread));
    }
    return new RankingCoefficients(all);
  }
}
