package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The whole way: plan, calibrate, find ranges, insert quantizers, lower. */
public final class PostTrainingQuantization {
  /** Means settle quickly: more samples than these change the corrections little. */
  private static final int CORRECTION_SAMPLES = 64;

  /** How often the quantized model is measured at most; each time the next layers are corrected. */
  private static final int CORRECTION_STEPS = 32;

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

  /**
   * @param original the float model, normalised
   * @param samples calibration samples
   */
  public Result quantize(
      Model original,
      CalibrationSamples samples,
      QuantizationOptions options,
      RangeEstimator estimator,
      BiasCorrectionMode biasCorrection,
      CalibrationOptions calibration) {
    Model model = ShapeInference.infer(original);
    QuantizationPlan plan = planner.plan(model, options);
    Set<String> ranges = new LinkedHashSet<>();
    plan.activations().stream().map(ActivationPlacement::value).forEach(ranges::add);
    Calibrator calibrator = new Calibrator(engine, calibration);
    Calibrator.Result seen = calibrator.run(model, ranges, List.of(), samples);
    QuantizerGrids grids =
        QuantizerGrids.of(model.graph(), plan, seen.observations(), estimator, Set.of());
    Map<String, Tensor> biases =
        biasCorrection == BiasCorrectionMode.NONE
            ? Map.of()
            : correctBiases(model, plan, grids, biasCorrection, calibration, samples);
    PassResult lowered =
        new LowerFakeQuantize().apply(InsertQuantizers.apply(model, plan, grids, biases));
    List<Finding> findings = new ArrayList<>(plan.allFindings());
    findings.addAll(seen.findings());
    findings.addAll(lowered.findings());
    return new Result(lowered.model(), plan, seen.samples(), findings);
  }

  private Map<String, Tensor> correctBiases(
      Model model,
      QuantizationPlan plan,
      QuantizerGrids grids,
      BiasCorrectionMode mode,
      CalibrationOptions calibration,
      CalibrationSamples samples) {
    BiasCorrection correction = new BiasCorrection(model.graph(), plan, grids);
    CalibrationSamples some = samples.first(CORRECTION_SAMPLES);
    Calibrator calibrator = new Calibrator(engine, calibration.withProgress(done -> {}));
    Observations floatMeans =
        calibrator.run(model, List.of(), correction.inputs(), some).observations();
    List<String> nodes = correction.nodes();
    Map<String, Tensor> biases =
        new LinkedHashMap<>(correction.correct(nodes, floatMeans, node -> null));
    int step = (nodes.size() + CORRECTION_STEPS - 1) / CORRECTION_STEPS;
    for (int from = 0; from < nodes.size() && mode == BiasCorrectionMode.FULL; from += step) {
      List<String> current = nodes.subList(from, Math.min(nodes.size(), from + step));
      Model quantized =
          ShapeInference.infer(
              new LowerFakeQuantize()
                  .apply(InsertQuantizers.apply(model, plan, grids, biases))
                  .model());
      Map<String, String> inputs = new LinkedHashMap<>();
      for (String name : current) {
        Node node = quantized.graph().node(name);
        if (node != null) {
          inputs.put(name, node.input(0));
        }
      }
      Observations quantizedMeans =
          calibrator
              .run(quantized, List.of(), new LinkedHashSet<>(inputs.values()), some)
              .observations();
      biases.putAll(
          correction.correct(
              current,
              floatMeans,
              node -> quantizedMeans.channelMeans(inputs.getOrDefault(node, ""))));
    }
    return biases;
  }
}
