package io.nncf4j.compression.latency;

import io.nncf4j.compression.quantization.plan.FloatNode;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyComparison;
import io.nncf4j.engines.NodeProfiler;
import io.nncf4j.engines.NodeTime;
import io.nncf4j.engines.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Sees to it that a quantized model is faster than the float one.
 *
 * <p>Where a few rounds show that integers are clearly faster, that is all. Else both are profiled
 * node by node; a {@link PrecisionAssignment} says which nodes should run on integers; the models
 * that come of it are timed against the float model in interleaved rounds, without profiling. The
 * fastest one wins. When noise does not let even that one be told from the float model within the
 * time allowed, or it is slower, the float model is returned: nobody is served a model that may be
 * slower.
 */
public final class LatencyGuard {
  private static final int MOST_PROFILE_RUNS = 15;
  private static final int FEWEST_PROFILE_RUNS = 3;
  private static final Duration PROFILE_BUDGET = Duration.ofSeconds(3);

  /** Where the whole of the interval lies above this, single layers in float can add little. */
  private static final double CLEARLY_FASTER = 1.25;

  /** Of so few rounds, only a clear margin says something. */
  private static final int FEWEST_ROUNDS = 4;

  /**
   * On a busy machine intervals stay wide: of more rounds, one that lies above {@link #FASTER} is
   * enough where the estimate is this high.
   */
  private static final double MUCH_FASTER = 1.4;

  private static final int MORE_ROUNDS = 6;

  /** Rounds in which a clear margin has to show; looking for it costs less than what follows. */
  private static final int QUICK_ROUNDS = 24;

  private static final Duration QUICK_BUDGET = Duration.ofSeconds(2);

  /**
   * The whole of the interval has to lie above this to count as faster. Looking after every round
   * makes a wrong answer likelier than the interval says; this much makes up for it.
   */
  private static final double FASTER = 1.05;

  /** And above this in fresh rounds. */
  private static final double CONFIRMED = 1.02;

  /**
   * Above this for a model of integers and floats, which was picked as the best of several: a
   * smaller gain of MobileNetV3 was a loss of 4 % in other sessions.
   */
  private static final double CONFIRMED_MIXED = 1.1;

  /** Rounds before a small margin counts. */
  private static final int SURE_ROUNDS = 10;

  /** Fresh rounds in which a small margin has to show again. */
  private static final int CONFIRMING_ROUNDS = 12;

  /** On a busy machine, up to so many: rather more time than a gain given away. */
  private static final int MOST_CONFIRMING_ROUNDS = 60;

  /** How often sessions are opened for these. */
  private static final int OPENINGS = 3;

  private static final Duration CONFIRMING_BUDGET = Duration.ofSeconds(8);
  private static final int MOST_ROUNDS = 100;
  private static final Duration BUDGET = Duration.ofSeconds(15);

  /**
   * What a node on integers is charged of its measured time: integers are a quarter of the size, so
   * that float must be clearly faster to be chosen; and the other way round, for where leaving
   * integers alone pays only when many nodes do.
   */
  private static final double[] INTEGER_CHARGES = {0.85, 1.2};

  /** How a plan is made without certain nodes, and how a plan becomes a model. */
  public interface Builder {
    /**
     * The plan in which {@code floatNodes} stay in float because they were measured to be slower on
     * integers.
     */
    QuantizationPlan planWithout(Set<String> floatNodes);

    Model build(QuantizationPlan plan);
  }

  /**
   * What was chosen.
   *
   * @param model the fastest model, perhaps the float one
   * @param plan its plan, without placements when the float model was chosen
   * @param comparison the fastest quantized model against float; when that was not faster, it is
   *     why float was chosen
   * @param keptInFloat nodes that measurement turned back to float
   * @param findings what the user should know
   */
  public record Result(
      Model model,
      QuantizationPlan plan,
      LatencyComparison comparison,
      Set<String> keptInFloat,
      List<Finding> findings) {
    public Result {
      keptInFloat = Set.copyOf(keptInFloat);
      findings = List.copyOf(findings);
    }
  }

  private record Trial(QuantizationPlan plan, Model model, Set<String> keptInFloat) {
    /** What the whole of the interval has to lie above in fresh rounds. */
    double margin() {
      return keptInFloat.isEmpty() ? CONFIRMED : CONFIRMED_MIXED;
    }
  }

  /** Times of single nodes, which engines may or may not know. */
  interface Profiles {
    /** Median times by node, or nothing where they are not known. */
    List<NodeTime> of(Model model, int runs);
  }

  private final ModelTimers timers;

  /** Opens what measures models with certain inputs. */
  interface ModelTimers {
    ModelTimer open(Map<String, Tensor> inputs);

    Profiles profiles(Map<String, Tensor> inputs);
  }

  /**
   * @param session threads and optimisation to measure with; without probes
   */
  public LatencyGuard(Engine engine, SessionOptions session) {
    this(new EngineTimers(engine, session.withReuseOutputs(true)));
  }

  LatencyGuard(ModelTimers timers) {
    this.timers = timers;
  }

  private record EngineTimers(Engine engine, SessionOptions session) implements ModelTimers {
    @Override
    public ModelTimer open(Map<String, Tensor> inputs) {
      return new SessionTimer(engine, session, inputs);
    }

    @Override
    public Profiles profiles(Map<String, Tensor> inputs) {
      return (model, runs) ->
          engine instanceof NodeProfiler profiler
              ? profiler.profile(model, inputs, session, runs)
              : List.of();
    }
  }

  /**
   * @param floatModel the model that was quantized
   * @param plan the plan of the quantized model
   * @param inputs what to run with
   */
  public Result choose(
      Model floatModel,
      QuantizationPlan plan,
      Model quantized,
      Map<String, Tensor> inputs,
      Builder builder) {
    List<Trial> trials = new ArrayList<>(List.of(new Trial(plan, quantized, Set.of())));
    try (ModelTimer timer = timers.open(inputs)) {
      LatencyRace race = new LatencyRace(timer);
      race.add(floatModel);
      race.add(quantized);
      race.run(QUICK_ROUNDS, QUICK_BUDGET, () -> isClearlyFaster(race) || isNotClearlyFaster(race));
      if (!plan.options().runsInOnnxRuntimeOnCpu()) {
        Finding finding =
            Finding.information(
                "latency-elsewhere",
                "latencies are those of this machine's processor; the target is another, so they"
                    + " decided nothing");
        return new Result(quantized, plan, race.comparison(1), Set.of(), List.of(finding));
      }
      if (!isClearlyFaster(race)) {
        double nanos = race.comparison(1).baseline().medianNanos();
        List<NodeTime> floatTimes = profile(inputs, floatModel, nanos);
        List<NodeTime> integerTimes = profile(inputs, quantized, nanos);
        for (Set<String> kept : slower(floatModel, plan, floatTimes, integerTimes)) {
          QuantizationPlan without = builder.planWithout(kept);
          Trial trial = new Trial(without, builder.build(without), kept);
          trials.add(trial);
          race.add(trial.model());
        }
        race.run(MOST_ROUNDS, BUDGET, () -> isSettled(race, trials.size()));
      }
      int best = best(race, trials.size());
      Trial chosen = trials.get(best - 1);
      LatencyComparison found = race.comparison(best);
      if (trials.size() == 1 && isClearlyFaster(race)) {
        return new Result(chosen.model(), chosen.plan(), found, Set.of(), List.of());
      }
      return isFaster(found)
          ? result(floatModel, chosen, confirmed(floatModel, chosen, inputs), builder)
          : returned(floatModel, chosen, found, builder);
    }
  }

  /**
   * Measures anew, because the best of several models, looked at until it was faster, may have been
   * so by chance; and in sessions opened anew, because where a session's memory comes to lie makes
   * a difference of its own.
   */
  private LatencyComparison confirmed(Model floatModel, Trial chosen, Map<String, Tensor> inputs) {
    List<long[]> before = new ArrayList<>();
    List<long[]> after = new ArrayList<>();
    for (int opening = 0; opening < OPENINGS; opening++) {
      try (ModelTimer timer = timers.open(inputs)) {
        LatencyRace race = new LatencyRace(timer);
        race.add(floatModel);
        race.add(chosen.model());
        race.run(
            MOST_CONFIRMING_ROUNDS / OPENINGS,
            CONFIRMING_BUDGET.dividedBy(OPENINGS),
            () ->
                race.rounds(1) >= CONFIRMING_ROUNDS / OPENINGS
                    && race.comparison(1).speedupLow() >= chosen.margin());
        before.addAll(race.nanos(0));
        after.addAll(race.nanos(1));
      }
    }
    return LatencyComparison.of(before.toArray(long[][]::new), after.toArray(long[][]::new));
  }

  private List<NodeTime> profile(Map<String, Tensor> inputs, Model model, double nanosOfARun) {
    double affordable = PROFILE_BUDGET.toNanos() / Math.max(1, nanosOfARun);
    int runs = (int) Math.max(FEWEST_PROFILE_RUNS, Math.min(MOST_PROFILE_RUNS, affordable));
    return timers.profiles(inputs).of(model, runs);
  }

  private static boolean isClearlyFaster(LatencyRace race) {
    int rounds = race.rounds(1);
    if (rounds < FEWEST_ROUNDS) {
      return false;
    }
    LatencyComparison whole = race.comparison(1);
    return whole.speedupLow() >= CLEARLY_FASTER
        || (rounds >= MORE_ROUNDS && whole.speedup() >= MUCH_FASTER && isFaster(whole));
  }

  /** More rounds would not show a clear margin. */
  private static boolean isNotClearlyFaster(LatencyRace race) {
    return race.rounds(1) >= MORE_ROUNDS && race.comparison(1).speedupHigh() < CLEARLY_FASTER;
  }

  /** The fastest model is faster than the float one, or all are slower. */
  private static boolean isSettled(LatencyRace race, int models) {
    if (race.rounds(models) < SURE_ROUNDS) {
      return false;
    }
    boolean allSlower = true;
    for (int model = 1; model <= models; model++) {
      allSlower &= race.comparison(model).isSlower();
    }
    return allSlower || isFaster(race.comparison(best(race, models)));
  }

  private static boolean isFaster(LatencyComparison comparison) {
    return comparison.speedupLow() >= FASTER;
  }

  /** Models are numbered from 1; 0 is the float one. */
  private static int best(LatencyRace race, int models) {
    int best = 1;
    for (int model = 2; model <= models; model++) {
      best = race.comparison(model).speedup() > race.comparison(best).speedup() ? model : best;
    }
    return best;
  }

  private static Result result(
      Model floatModel, Trial best, LatencyComparison comparison, Builder builder) {
    return comparison.speedupLow() >= best.margin() && !best.plan().placements().isEmpty()
        ? new Result(best.model(), best.plan(), comparison, best.keptInFloat(), List.of())
        : returned(floatModel, best, comparison, builder);
  }

  /** The float model, because the best quantized one is not known to be faster. */
  private static Result returned(
      Model floatModel, Trial best, LatencyComparison comparison, Builder builder) {
    Finding finding =
        Finding.warning(
            "no-faster-in-integers",
            String.format(
                Locale.ROOT,
                "the fastest quantized form measured ran %.2f times as fast as the float model (95 %% interval"
                    + " %.2f to %.2f), %s, so the float model is returned; --no-latency-guard keeps the integers",
                comparison.speedup(),
                comparison.speedupLow(),
                comparison.speedupHigh(),
                comparison.isSlower()
                    ? "slower"
                    : comparison.speedupLow() > 1
                        ? "too little to be sure that it is faster"
                        : "no clear difference"));
    Set<String> all = new LinkedHashSet<>();
    best.plan().weights().stream().map(WeightPlacement::node).forEach(all::add);
    all.addAll(best.keptInFloat());
    QuantizationPlan without = builder.planWithout(all);
    QuantizationPlan nothing =
        new QuantizationPlan(
            without.options(),
            List.of(),
            without.floatNodes().stream().map(LatencyGuard::asReturned).toList(),
            without.findings());
    return new Result(floatModel, nothing, comparison, all, List.of(finding));
  }

  private static FloatNode asReturned(FloatNode node) {
    return node.code().equals("slower-in-integers")
        ? new FloatNode(
            node.node(),
            node.type(),
            "no-faster-in-integers",
            "no quantized form of the model was measured to be clearly faster on this machine")
        : node;
  }

  /**
   * Sets of nodes that the plan quantizes and the cheapest assignments do not; none where nothing
   * is known of single nodes.
   */
  private static Set<Set<String>> slower(
      Model floatModel,
      QuantizationPlan plan,
      List<NodeTime> floatTimes,
      List<NodeTime> integerTimes) {
    if (floatTimes.isEmpty() || integerTimes.isEmpty()) {
      return Set.of();
    }
    NodeCosts integerCosts = new NodeCosts(integerTimes);
    Set<String> quantizable = new LinkedHashSet<>();
    plan.weights().stream().map(WeightPlacement::node).forEach(quantizable::add);
    PrecisionGraph precision = new PrecisionGraph(floatModel.graph(), quantizable);
    Set<Set<String>> found = new LinkedHashSet<>();
    for (double charge : INTEGER_CHARGES) {
      Set<String> kept = new LinkedHashSet<>(quantizable);
      kept.removeAll(
          PrecisionAssignment.solve(
              precision.choices(new NodeCosts(floatTimes), integerCosts, charge),
              precision.links(integerCosts)));
      // With none it is the model that was timed already, with all the float one.
      if (!kept.isEmpty() && kept.size() < quantizable.size()) {
        found.add(kept);
      }
    }
    return found;
  }
}
