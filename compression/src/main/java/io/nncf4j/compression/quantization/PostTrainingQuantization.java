package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.calibration.Tails;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.compression.equalization.EqualizeChannels;
import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Calibration;
import io.nncf4j.compression.quantization.plan.PlanMatch;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.propagation.IgnoredNodes;
import io.nncf4j.compression.quantization.propagation.NodesLeftInFloat;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.ComputeInFloat32;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.engines.Engine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole way: normalise, plan, calibrate, find ranges, correct biases, insert quantizers, lower.
 */
public final class PostTrainingQuantization {
  /** Beside all whose names begin with QLinear. */
  private static final Set<String> QUANTIZED =
      Set.of(
          "QuantizeLinear",
          "DequantizeLinear", // Alone where weights are stored as integers.
          "DynamicQuantizeLinear",
          "FakeQuantize",
          "ConvInteger",
          "MatMulInteger",
          "MatMulNBits",
          "QGemm",
          "QAttention");

  private final Planner planner;
  private final Engine engine;

  public PostTrainingQuantization(Planner planner, Engine engine) {
    this.planner = planner;
    this.engine = engine;
  }

  /**
   * What quantization made.
   *
   * @param model the quantized model, in Q/DQ form
   * @param plan where quantizers stand
   * @param samples how many samples calibrated it
   * @param findings what the user should know
   */
  public record Result(Model model, QuantizationPlan plan, int samples, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /** Calibrates a model and quantizes it as the planner plans. */
  public Result quantize(
      Model model, CalibrationSamples samples, QuantizationParameters parameters) {
    return quantize(model, samples, parameters, null);
  }

  /** Likewise by a plan, or as the planner plans where that is null. */
  Result quantize(
      Model model,
      CalibrationSamples samples,
      QuantizationParameters parameters,
      @Nullable QuantizationPlan plan) {
    CalibratedModel calibrated = calibrate(model, samples, parameters, plan);
    List<Finding> findings = new ArrayList<>(calibrated.plan().allFindings());
    findings.addAll(calibrated.findings());
    findings.addAll(calibrated.saturation(calibrated.plan()));
    return new Result(
        calibrated.build(calibrated.plan()), calibrated.plan(), calibrated.samples(), findings);
  }

  /**
   * Runs all calibration that quantizing needs; quantized models can then be built in no time.
   *
   * @param wanted what decides where there is no plan; with one, it says no more than how many
   *     samples there are, how biases are corrected and how passes run
   * @param plan the plan to calibrate for, or null to make one
   * @throws InputException when the model is quantized already, or nothing in it can be quantized
   */
  public CalibratedModel calibrate(
      Model original,
      CalibrationSamples samples,
      QuantizationParameters wanted,
      @Nullable QuantizationPlan plan) {
    refuseQuantized(original.graph());
    QuantizationParameters parameters = plan == null ? wanted : following(plan, wanted);
    CalibrationSamples subset = samples.first(parameters.subsetSize());
    Calibrator calibrator = new Calibrator(engine, parameters.calibration());
    IgnoredScope wideInputs = parameters.wideActivations();
    Planner wide = wideInputs == null ? planner : new WideActivations(planner, wideInputs);
    Model readable = inFloat32(original);
    Model floatModel = ShapeInference.infer(Normalization.standard().apply(readable).model());
    EqualizeChannels.Result equalized =
        EqualizeChannels.apply(
            floatModel,
            parameters.equalization(),
            parameters.placement().modelType(),
            leftInFloat(floatModel, parameters),
            calibrator,
            subset);
    Model model = equalized.model();
    QuantizationPlan chosen =
        plan != null ? plan : plan(wide, original.graph(), model, parameters.placement());
    PlanMatch.check(chosen, model.graph());
    QuantizedBodies bodies =
        QuantizedBodies.of(
            model,
            leftInFloat(model, parameters),
            planner,
            engine,
            subset,
            parameters,
            plan == null ? null : plan.bodies());
    if (plan == null && chosen.placements().isEmpty() && bodies.isEmpty()) {
      throw new InputException(
          "Nothing in this model can be quantized"
              + (chosen.floatNodes().isEmpty()
                  ? ": it has no convolution and no matrix product with a constant weight"
                  : "; the first reason: "
                      + chosen.floatNodes().get(0).node()
                      + " stays in float because "
                      + chosen.floatNodes().get(0).reason()));
    }
    FiniteWeights.check(model.graph(), chosen.weights());
    Set<String> ranges = new LinkedHashSet<>();
    chosen.activations().stream().map(ActivationPlacement::value).forEach(ranges::add);
    Set<String> means =
        parameters.biasCorrection() == BiasCorrectionMode.NONE
            ? Set.of()
            : BiasCorrection.inputs(model.graph(), chosen);
    Calibrator.Result seen =
        calibrator.run(model, ranges, means, CalibratedModel.CORRECTION_SAMPLES, subset);
    if (!parameters.ranges().activations().stream().allMatch(RangeEstimator::needsExtremesOnly)) {
      seen.observations().merge(distributions(model, ranges, subset, parameters));
    }
    List<Finding> findings = new ArrayList<>(seen.findings());
    findings.addAll(equalized.findings());
    if (plan != null && plan.quantizesNothing()) {
      findings.add(
          Finding.warning(
              "plan-of-float-model",
              "the plan quantizes nothing, because where it was made integers were not clearly faster: the"
                  + " float model is returned"));
    }
    if (plan == null && bodies.isEmpty()) {
      findings.addAll(OptionsWithoutEffect.find(planner, model, parameters, chosen));
    }
    if (readable != original) {
      findings.add(
          Finding.information(
              "computed-in-float32",
              "the model computes in another floating-point type: it was turned to float32, because"
                  + " integer kernels stand between float32 values only; its inputs and outputs keep"
                  + " their types"));
    }
    int count = ranges.isEmpty() && means.isEmpty() ? UsableSamples.count(subset) : seen.samples();
    if (count < parameters.subsetSize()) {
      findings.add(
          Finding.warning(
              "fewer-samples",
              "calibrated with "
                  + count
                  + " samples, because there are no more; "
                  + parameters.subsetSize()
                  + " were asked for"));
    }
    findings.addAll(bodies.findings());
    return new CalibratedModel(
        engine,
        wide,
        floatModel,
        model,
        bodies.putInto(model),
        chosen.quantizesNothing() && bodies.isEmpty()
            ? chosen
            : chosen.withCalibration(
                new Calibration(
                    parameters.ranges(), parameters.equalization(), parameters.biasCorrection()),
                bodies.plans()),
        parameters,
        seen.observations(),
        subset,
        count,
        findings);
  }

  /** What a plan says is done, whatever else was asked for. */
  private static QuantizationParameters following(
      QuantizationPlan plan, QuantizationParameters wanted) {
    if (plan.quantizesNothing()) {
      return wanted
          .withPlacement(plan.options())
          .withEqualization(Equalization.none())
          .withSensitiveInFloat(false);
    }
    QuantizationParameters placed =
        wanted.withPlacement(plan.options()).withSensitiveInFloat(false);
    Calibration calibration = plan.calibration();
    return calibration == null
        ? placed
        : placed
            .withRanges(calibration.ranges())
            .withEqualization(calibration.equalization())
            .withBiasCorrection(calibration.biasCorrection());
  }

  /** Looks at all elements, where extremes are not enough. */
  private Observations distributions(
      Model model,
      Set<String> values,
      CalibrationSamples samples,
      QuantizationParameters parameters) {
    RangeEstimator looking =
        parameters.ranges().activations().stream()
            .filter(estimator -> !estimator.needsExtremesOnly())
            .findFirst()
            .orElseThrow();
    Tails tails = new Tails(looking.low().tail(), looking.high().tail());
    return new Calibrator(engine, parameters.calibration().withProgress(done -> {}))
        .distributions(model, values, tails, samples)
        .observations();
  }

  /**
   * Rules of the ignored scope are checked against the model that the user knows; nodes that
   * normalising has merged into others are told of.
   */
  private static QuantizationPlan plan(
      Planner planner, Graph original, Model model, QuantizationOptions options) {
    IgnoredScope scope = options.ignoredScope();
    List<String> gone = new ArrayList<>();
    for (Node node : IgnoredNodes.find(original, scope)) {
      if (model.graph().node(node.name()) == null) {
        gone.add(node.name());
      }
    }
    QuantizationPlan made =
        planner.plan(model, options.withIgnoredScope(scope.withValidate(false)));
    List<Finding> findings = new ArrayList<>(made.findings());
    if (!gone.isEmpty()) {
      findings.add(
          new Finding(
              Finding.Severity.WARNING,
              "ignored-node-folded",
              "in the ignored scope, but part of another node or a constant since normalising: the"
                  + " scope has no effect on them",
              gone));
    }
    return new QuantizationPlan(options, made.placements(), made.floatNodes(), findings);
  }

  private static Set<String> leftInFloat(Model model, QuantizationParameters parameters) {
    QuantizationOptions placement = parameters.placement();
    IgnoredScope scope = placement.ignoredScope().withValidate(false);
    return NodesLeftInFloat.find(model.graph(), placement.withIgnoredScope(scope)).keySet();
  }

  private static Model inFloat32(Model original) {
    if (!ComputeInFloat32.mentionsOtherFloats(original.graph())) {
      return original;
    }
    Model typed = ShapeInference.infer(original);
    return ComputeInFloat32.isWanted(typed.graph())
        ? new ComputeInFloat32().apply(typed).model()
        : original;
  }

  private static void refuseQuantized(Graph graph) {
    for (Node node : graph.nodes()) {
      if (QUANTIZED.contains(node.type()) || node.type().startsWith("QLinear")) {
        throw new InputException(
            "The model is quantized already: node \""
                + node.name()
                + "\" is a "
                + node.type()
                + ". Give the float model that it was made from");
      }
      node.attributes().graphs().forEach(PostTrainingQuantization::refuseQuantized);
    }
  }
}
