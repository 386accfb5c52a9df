package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.latency.LatencyGuard;
import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.RangeOptions;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Calibration;
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
import java.util.HashMap;
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

  /**
   * Outputs nearer than this to those of the float model are as good: a cosine of 0.998. It is not
   * worth the time then to look for activations that make most of the error.
   */
  private static final double WORTH_A_SEARCH = 0.004;

  /** Up to here only an activation stands out that alone makes {@link #LARGE_ERROR}. */
  private static final double NEAR = 0.01;

  private static final double LARGE_ERROR = 0.001;

  /** Beyond it, one that makes this share of the error. */
  private static final double LARGE_SHARE = 0.04;

  /** Single activations are told apart by so few samples. */
  private static final int SEARCH_SAMPLES = 3;

  /** Share of the error that has to go at least when nodes stay in float for it. */
  private static final double WORTH_FLOAT = 0.8;

  /** Why measuring left a node in float. */
  private record Reason(String code, String sentence) {
    FloatNode of(FloatNode node) {
      return new FloatNode(node.node(), node.type(), code, sentence);
    }
  }

  private static final Reason SLOWER =
      new Reason("slower-in-integers", "it was measured to be faster so on this machine");

  private static final Reason SENSITIVE =
      new Reason(
          "costs-accuracy", "8 bits there were measured to make much of the error of the outputs");

  private final Engine engine;
  private final Planner planner;
  private final Model floatModel;
  private final Model model;
  private final Model withQuantizedBodies;
  private final QuantizationPlan plan;
  private final QuantizationParameters parameters;
  private final Observations observations;
  private final CalibrationSamples subset;
  private final int samples;
  private final List<Finding> findings;
  private final Map<WeightPlacement, IntegerGrid> weights = new LinkedHashMap<>();
  private Map<String, Reason> sensitive = Map.of();
  private @Nullable QuantizationPlan decided;
  private @Nullable Model chosenTrial;

  CalibratedModel(
      Engine engine,
      Planner planner,
      Model floatModel,
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
    this.floatModel = floatModel;
    this.model = model;
    this.withQuantizedBodies = withQuantizedBodies;
    this.plan = plan;
    this.parameters = parameters;
    this.observations = observations;
    this.subset = subset;
    this.samples = samples;
    this.findings = List.copyOf(findings);
  }

  /** The float model before its channels were made more alike, which may have cost speed. */
  public Model floatModel() {
    return floatModel;
  }

  /** The float model as it was calibrated: normalised, with types, its channels made more alike. */
  public Model model() {
    return model;
  }

  /** The plan that was calibrated for, with the estimator of ranges that measuring has chosen. */
  public synchronized QuantizationPlan plan() {
    QuantizationPlan known = decided;
    if (known == null) {
      known = plan.quantizesNothing() ? plan : measured();
      decided = known;
    }
    return known;
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
    QuantizationPlan whole = plan();
    Map<String, Reason> reasons = new LinkedHashMap<>();
    floatNodes.forEach(node -> reasons.put(node, SLOWER));
    reasons.putAll(sensitive);
    return planWithout(whole, reasons);
  }

  private QuantizationPlan planWithout(QuantizationPlan whole, Map<String, Reason> reasons) {
    IgnoredScope scope = plan.options().ignoredScope();
    List<String> names = new ArrayList<>(scope.names());
    names.addAll(reasons.keySet());
    IgnoredScope wider =
        new IgnoredScope(names, scope.patterns(), scope.types(), scope.subgraphs(), false);
    QuantizationPlan without = planner.plan(model, plan.options().withIgnoredScope(wider));
    List<FloatNode> floatNodes =
        without.floatNodes().stream()
            .map(
                node -> {
                  Reason reason = reasons.get(node.node());
                  return reason == null ? node : reason.of(node);
                })
            .toList();
    return new QuantizationPlan(
        whole.options(),
        without.placements(),
        floatNodes,
        without.findings(),
        whole.calibration(),
        whole.bodies());
  }

  /**
   * The model quantized by {@code by}, in Q/DQ form; the float model by a plan that quantizes
   * nothing.
   *
   * @param by this model's plan, or one that quantizes no other values
   */
  @Override
  public Model build(QuantizationPlan by) {
    if (by.quantizesNothing()) {
      return floatModel;
    }
    Model measured = by.equals(plan()) ? chosenTrial : null;
    return measured != null ? measured : build(by, range(), parameters.biasCorrection());
  }

  /** How ranges of activations follow from the samples: as asked for, or as measured. */
  public RangeEstimator range() {
    Calibration known = plan().calibration();
    return (known == null ? parameters.ranges() : known.ranges()).activations().get(0);
  }

  private QuantizationPlan measured() {
    RangeOptions wanted = parameters.ranges();
    if (!wanted.isMeasured() && !parameters.sensitiveInFloat()) {
      return plan.withRanges(wanted);
    }
    Map<RangeEstimator, Model> trials = new HashMap<>();
    MeasuredRange.Choice chosen =
        MeasuredRange.choose(
            () -> OutputError.of(engine, model, subset),
            wanted.activations(),
            range -> trials.computeIfAbsent(range, key -> trial(plan, key)));
    QuantizationPlan whole = plan.withRanges(wanted.withActivations(chosen.estimator()));
    Model trial = trials.computeIfAbsent(chosen.estimator(), key -> trial(plan, key));
    if (parameters.sensitiveInFloat() && chosen.error() > WORTH_A_SEARCH) {
      Map<String, Reason> found = sensitive(chosen, trial);
      QuantizationPlan without = found.isEmpty() ? whole : planWithout(whole, found);
      if (!without.equals(whole) && !without.placements().isEmpty()) {
        Model other = trial(without, chosen.estimator());
        if (chosen.measure().of(other) < WORTH_FLOAT * chosen.error()) {
          sensitive = found;
          whole = without;
          trial = other;
        }
      }
    }
    chosenTrial = parameters.biasCorrection() == BiasCorrectionMode.FULL ? null : trial;
    return whole;
  }

  /** Nodes where 8 bits make much of the error of the outputs of {@code quantized}. */
  private Map<String, Reason> sensitive(MeasuredRange.Choice chosen, Model quantized) {
    OutputError error = chosen.measure();
    double least =
        chosen.error() > NEAR ? LARGE_SHARE * error.of(quantized, SEARCH_SAMPLES) : LARGE_ERROR;
    QuantizerGrids grids = grids(plan, chosen.estimator());
    Map<String, Reason> reasons = new LinkedHashMap<>();
    SensitiveNodes.find(
            model.graph(),
            plan,
            least,
            some ->
                error.of(QuantizedForm.lower(model, only(some), grids, Map.of()), SEARCH_SAMPLES))
        .forEach(node -> reasons.put(node, SENSITIVE));
    return reasons;
  }

  private QuantizationPlan only(List<ActivationPlacement> some) {
    return new QuantizationPlan(plan.options(), List.copyOf(some), List.of(), List.of());
  }

  /**
   * Layers of {@code by} whose 16-bit sums can overflow on processors without an instruction for
   * 32-bit ones; see {@link SaturatingLayers}.
   */
  public List<Finding> saturation(QuantizationPlan by) {
    return SaturatingLayers.find(model.graph(), by, grids(by, range()), observations);
  }

  /** Full bias correction takes long and says no more about ranges than the fast one. */
  private Model trial(QuantizationPlan by, RangeEstimator range) {
    boolean corrects = parameters.biasCorrection() != BiasCorrectionMode.NONE;
    return build(by, range, corrects ? BiasCorrectionMode.FAST : BiasCorrectionMode.NONE);
  }

  private Model build(QuantizationPlan by, RangeEstimator range, BiasCorrectionMode mode) {
    QuantizerGrids grids = grids(by, range);
    return lower(by, grids, correctedBiases(by, grids, mode));
  }

  private QuantizerGrids grids(QuantizationPlan by, RangeEstimator range) {
    RangeOptions ranges = parameters.ranges();
    return QuantizerGrids.of(
        model.graph(),
        by,
        observations,
        range,
        HalfRangeNodes.find(model.graph(), by, ranges.overflowFix()),
        ranges.weights(),
        weights);
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
