package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.latency.LatencyGuard;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.quantization.plan.FloatNode;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A float model of which calibration has seen enough to quantize it by more than one plan. */
public final class CalibratedModel implements LatencyGuard.Builder {
  /** Means settle quickly: more samples than these change the corrections little. */
  static final int CORRECTION_SAMPLES = 64;

  /** How often the quantized model is measured at most; each time the next layers are corrected. */
  private static final int CORRECTION_STEPS = 32;

  private final Engine engine;
  private final Planner planner;
  private final Model model;
  private final Model withQuantizedBodies;
  private final QuantizationPlan plan;
  private final QuantizationParameters parameters;
  private final Observations observations;
  private final CalibrationSamples subset;
  private final int samples;
  private final List<Finding> findings;
  private final Map<WeightPlacement, IntegerGrid> weights = new LinkedHashMap<>();
  private @Nullable RangeEstimator chosenRange;
  private @Nullable Model chosenTrial;

  CalibratedModel(
      Engine engine,
      Planner planner,
      Model model,
      Model withQuantizedBodies,
      QuantizationPlan plan,
      QuantizationParameters parameters,
      Observations observations,
      CalibrationSamples subset,
      int samples,
      List<Finding> findings) {
    this.engine = engine;
    this.planner = planner;
    this.model = model;
    this.withQuantizedBodies = withQuantizedBodies;
    this.plan = plan;
    this.parameters = parameters;
    this.observations = observations;
    this.subset = subset;
    this.samples = samples;
    this.findings = List.copyOf(findings);
  }

  /** The float model as it was calibrated: normalised, with types. */
  public Model model() {
    return model;
  }

  /** The plan that was calibrated for. */
  public QuantizationPlan plan() {
    return plan;
  }

  /** How many samples calibrated it. */
  public int samples() {
    return samples;
  }

  /** What calibration found; the plan has findings of its own. */
  public List<Finding> findings() {
    return findings;
  }

  /** What calibration saw of the values that are quantized, and of the inputs of layers. */
  public Observations observations() {
    return observations;
  }

  /** The plan in which some nodes stay in float because they were measured to be faster so. */
  @Override
  public QuantizationPlan planWithout(Set<String> floatNodes) {
    IgnoredScope scope = plan.options().ignoredScope();
    List<String> names = new ArrayList<>(scope.names());
    names.addAll(floatNodes);
    IgnoredScope wider =
        new IgnoredScope(names, scope.patterns(), scope.types(), scope.subgraphs(), false);
    QuantizationPlan without = planner.plan(model, plan.options().withIgnoredScope(wider));
    List<FloatNode> reasons =
        without.floatNodes().stream()
            .map(
                node ->
                    floatNodes.contains(node.node())
                        ? new FloatNode(
                            node.node(),
                            node.type(),
                            "slower-in-integers",
                            "it was measured to be faster so on this machine")
                        : node)
            .toList();
    return new QuantizationPlan(plan.options(), without.placements(), reasons, without.findings());
  }

  /**
   * The model quantized by {@code by}, in Q/DQ form.
   *
   * @param by this model's plan, or one that quantizes no other values
   */
  @Override
  public Model build(QuantizationPlan by) {
    RangeEstimator range = range();
    Model measured = by.equals(plan) ? chosenTrial : null;
    return measured != null ? measured : build(by, range, parameters.biasCorrection());
  }

  /** How ranges follow from the samples: as asked for, or what measuring has chosen. */
  public RangeEstimator range() {
    RangeEstimator chosen = chosenRange;
    if (chosen == null && parameters.range() == RangeEstimator.MEASURED) {
      Map<RangeEstimator, Model> trials = new EnumMap<>(RangeEstimator.class);
      chosen =
          MeasuredRange.choose(
              engine, model, subset, range -> trials.computeIfAbsent(range, this::trial));
      boolean isFinal = parameters.biasCorrection() != BiasCorrectionMode.FULL;
      chosenTrial = isFinal ? trials.get(chosen) : null;
    } else if (chosen == null) {
      chosen = parameters.range();
    }
    chosenRange = chosen;
    return chosen;
  }

  /** Full bias correction takes long and says no more about ranges than the fast one. */
  private Model trial(RangeEstimator range) {
    boolean corrects = parameters.biasCorrection() != BiasCorrectionMode.NONE;
    return build(plan, range, corrects ? BiasCorrectionMode.FAST : BiasCorrectionMode.NONE);
  }

  private Model build(QuantizationPlan by, RangeEstimator range, BiasCorrectionMode mode) {
    QuantizerGrids grids =
        QuantizerGrids.of(model.graph(), by, observations, range, Set.of(), true, weights);
    return lower(by, grids, correctedBiases(by, grids, mode));
  }

  private Model lower(QuantizationPlan by, QuantizerGrids grids, Map<String, Tensor> biases) {
    return QuantizedForm.lower(withQuantizedBodies, by, grids, biases);
  }

  private Map<String, Tensor> correctedBiases(
      QuantizationPlan by, QuantizerGrids grids, BiasCorrectionMode mode) {
    if (mode == BiasCorrectionMode.NONE) {
      return Map.of();
    }
    BiasCorrection correction = new BiasCorrection(model.graph(), by, grids);
    CalibrationOptions silent = parameters.calibration().withProgress(done -> {});
    Calibrator calibrator = new Calibrator(engine, silent);
    CalibrationSamples some = subset.first(CORRECTION_SAMPLES);
    List<String> nodes = correction.nodes();
    Map<String, Tensor> biases =
        new LinkedHashMap<>(correction.correct(nodes, observations, node -> null));
    int step = (nodes.size() + CORRECTION_STEPS - 1) / CORRECTION_STEPS;
    for (int from = 0; from < nodes.size() && mode == BiasCorrectionMode.FULL; from += step) {
      List<String> current = nodes.subList(from, Math.min(nodes.size(), from + step));
      Model quantized = ShapeInference.infer(lower(by, grids, biases));
      Map<String, String> inputs = new LinkedHashMap<>();
      for (String name : current) {
        Node node = quantized.graph().node(name);
        if (node != null) {
          inputs.put(name, node.input(0));
        }
      }
      Observations after =
          calibrator
              .run(quantized, List.of(), new LinkedHashSet<>(inputs.values()), some)
              .observations();
      biases.putAll(
          correction.correct(
              current, observations, node -> after.channelMeans(inputs.getOrDefault(node, ""))));
    }
    return biases;
  }
}
