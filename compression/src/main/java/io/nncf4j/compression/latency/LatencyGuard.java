package io.nncf4j.compression.latency;

import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyComparison;
import io.nncf4j.engines.LatencyMeasurement;
import io.nncf4j.engines.LatencyMeasurement.Candidate;
import io.nncf4j.engines.LatencyOptions;
import io.nncf4j.engines.NodeProfiler;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Sees to it that a quantized model is not slower than the float one.
 *
 * <p>Where a few rounds show that integers are clearly faster, that is all. Else both are profiled
 * node by node; a {@link PrecisionAssignment} says which nodes should run on integers; the models
 * that come of it are timed against the float model in interleaved rounds, without profiling. The
 * fastest one wins; when it is not faster than float, as far as noise lets tell, the float model
 * does.
 */
public final class LatencyGuard {
  private static final int PROFILE_RUNS = 15;

  /** Where the whole of the interval lies above this, single layers in float can add little. */
  private static final double CLEARLY_FASTER = 1.25;

  /** Rounds in which that has to show. */
  private static final int QUICK_ROUNDS = 8;

  /** How much longer is measured where the first look does not tell. */
  private static final int LONGER = 4;

  /**
   * Where a busy machine keeps the interval wide even then, an estimate of this counts as faster: a
   * model that is not is hardly ever measured so.
   */
  private static final double PROBABLY_FASTER = 1.1;

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

  private record Trial(QuantizationPlan plan, Model model, Set<String> keptInFloat) {}

  private final Engine engine;
  private final SessionOptions session;
  private final LatencyOptions options;

  /**
   * @param session threads and optimisation to measure with; without probes
   */
  public LatencyGuard(Engine engine, SessionOptions session, LatencyOptions options) {
    this.engine = engine;
    this.session = session.withReuseOutputs(true);
    this.options = options;
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
    List<Trial> trials = new ArrayList<>();
    trials.add(new Trial(plan, quantized, Set.of()));
    LatencyComparison whole = compareQuickly(floatModel, quantized, inputs);
    if (!plan.options().runsInOnnxRuntimeOnCpu()) {
      Finding finding =
          Finding.information(
              "latency-elsewhere",
              "latencies are those of this machine's processor; the target is another, so they"
                  + " decided nothing");
      return new Result(quantized, plan, whole, Set.of(), List.of(finding));
    }
    if (isClearlyFaster(whole)) {
      return result(floatModel, trials.get(0), whole, builder);
    }
    if (engine instanceof NodeProfiler profiler) {
      Set<String> kept = slowerOnIntegers(profiler, floatModel, plan, quantized, inputs);
      if (!kept.isEmpty()) {
        QuantizationPlan without = builder.planWithout(kept);
        trials.add(new Trial(without, builder.build(without), kept));
      }
    }
    List<LatencyComparison> measured =
        compare(floatModel, trials.stream().map(Trial::model).toList(), inputs, options);
    int best = 0;
    for (int index = 1; index < trials.size(); index++) {
      best = measured.get(index).speedup() > measured.get(best).speedup() ? index : best;
    }
    LatencyComparison comparison = measured.get(best);
    if (!comparison.isFaster() && !comparison.isSlower()) {
      // The best of several may be so by chance alone: look again, for longer, and in short rounds,
      // so that slow models get many of them too.
      LatencyOptions longer =
          options
              .withRounds(LONGER * options.rounds())
              .withRunsPerRound(1)
              .withBudget(options.budget().multipliedBy(LONGER));
      comparison = compare(floatModel, List.of(trials.get(best).model()), inputs, longer).get(0);
    }
    return result(floatModel, trials.get(best), comparison, builder);
  }

  private Result result(
      Model floatModel, Trial best, LatencyComparison comparison, Builder builder) {
    List<Finding> findings = new ArrayList<>();
    boolean isFaster = comparison.isFaster() || comparison.speedup() >= PROBABLY_FASTER;
    if (!isFaster || best.plan().placements().isEmpty()) {
      findings.add(
          Finding.warning(
              "no-faster-in-integers",
              String.format(
                  Locale.ROOT,
                  "the fastest quantized form measured ran %.2f times as fast as the float model (95 %% interval"
                      + " %.2f to %.2f), %s, so the float model is returned; --no-latency-guard keeps the integers",
                  comparison.speedup(),
                  comparison.speedupLow(),
                  comparison.speedupHigh(),
                  comparison.isSlower() ? "slower" : "no clear difference")));
      Set<String> all = new LinkedHashSet<>();
      best.plan().weights().stream().map(WeightPlacement::node).forEach(all::add);
      all.addAll(best.keptInFloat());
      QuantizationPlan without = builder.planWithout(all);
      QuantizationPlan nothing =
          new QuantizationPlan(
              without.options(), List.of(), without.floatNodes(), without.findings());
      return new Result(floatModel, nothing, comparison, all, findings);
    }
    if (!comparison.isFaster()) {
      findings.add(
          Finding.warning(
              "uncertain-speed",
              String.format(
                  Locale.ROOT,
                  "the machine was too busy to time well: the quantized model is probably %.2f times as"
                      + " fast (95 %% interval %.2f to %.2f)",
                  comparison.speedup(),
                  comparison.speedupLow(),
                  comparison.speedupHigh())));
    }
    // The plan itself says which nodes were turned back to float.
    return new Result(best.model(), best.plan(), comparison, best.keptInFloat(), findings);
  }

  /** The nodes that the plan quantizes and the cheapest assignment does not. */
  private Set<String> slowerOnIntegers(
      NodeProfiler profiler,
      Model floatModel,
      QuantizationPlan plan,
      Model quantized,
      Map<String, Tensor> inputs) {
    NodeCosts floatCosts =
        new NodeCosts(profiler.profile(floatModel, inputs, session, PROFILE_RUNS));
    NodeCosts integerCosts =
        new NodeCosts(profiler.profile(quantized, inputs, session, PROFILE_RUNS));
    Set<String> quantizable = new LinkedHashSet<>();
    plan.weights().stream().map(WeightPlacement::node).forEach(quantizable::add);
    PrecisionGraph precision = new PrecisionGraph(floatModel.graph(), quantizable);
    Set<String> integers =
        PrecisionAssignment.solve(
            precision.choices(floatCosts, integerCosts), precision.links(integerCosts));
    Set<String> kept = new LinkedHashSet<>(quantizable);
    kept.removeAll(integers);
    return kept;
  }

  /** The whole model on integers against float; ends as soon as that is clearly faster. */
  private LatencyComparison compareQuickly(
      Model floatModel, Model quantized, Map<String, Tensor> inputs) {
    try (Session first = engine.compile(floatModel, session);
        Session second = engine.compile(quantized, session)) {
      return LatencyMeasurement.compareUntil(
          new Candidate(first, inputs),
          new Candidate(second, inputs),
          options.withRounds(QUICK_ROUNDS),
          LatencyGuard::isClearlyFaster);
    }
  }

  private static boolean isClearlyFaster(LatencyComparison comparison) {
    return comparison.speedupLow() >= CLEARLY_FASTER;
  }

  private List<LatencyComparison> compare(
      Model baseline, List<Model> models, Map<String, Tensor> inputs, LatencyOptions how) {
    List<Session> open = new ArrayList<>();
    Function<Model, Candidate> candidate =
        model -> {
          Session compiled = engine.compile(model, session);
          open.add(compiled);
          return new Candidate(compiled, inputs);
        };
    try {
      Candidate first = candidate.apply(baseline);
      return LatencyMeasurement.compareAll(first, models.stream().map(candidate).toList(), how);
    } finally {
      open.forEach(Session::close);
    }
  }
}
