package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import io.nncf4j.engines.Engine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The whole way: plan, calibrate, find ranges, insert quantizers, lower. */
public final class PostTrainingQuantization {
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
   * @param model the float model, normalised
   * @param samples calibration samples
   */
  public Result quantize(
      Model model,
      CalibrationSamples samples,
      QuantizationOptions options,
      RangeEstimator estimator,
      CalibrationOptions calibration) {
    QuantizationPlan plan = planner.plan(model, options);
    Set<String> ranges = new LinkedHashSet<>();
    plan.activations().stream().map(ActivationPlacement::value).forEach(ranges::add);
    Calibrator.Result seen =
        new Calibrator(engine, calibration).run(model, ranges, List.of(), samples);
    QuantizerGrids grids =
        QuantizerGrids.of(model.graph(), plan, seen.observations(), estimator, Set.of());
    PassResult lowered = new LowerFakeQuantize().apply(InsertQuantizers.apply(model, plan, grids));
    List<Finding> findings = new ArrayList<>(plan.allFindings());
    findings.addAll(seen.findings());
    findings.addAll(lowered.findings());
    return new Result(lowered.model(), plan, seen.samples(), findings);
  }
}
