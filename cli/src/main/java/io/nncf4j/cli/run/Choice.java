package io.nncf4j.cli.run;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.compression.latency.LatencyGuard;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.StageClock;
import io.nncf4j.data.SampleSource;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyComparison;
import io.nncf4j.engines.SessionOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model to write.
 *
 * @param model quantized as a whole, in part, or not at all
 * @param plan its plan, without quantizers when it is the float model
 * @param comparison how fast it is beside the float model; null when that was not measured
 * @param findings what measuring told
 */
record Choice(
    Model model,
    QuantizationPlan plan,
    @Nullable LatencyComparison comparison,
    List<Finding> findings) {
  /** True when no quantizer is left. */
  boolean isFloat() {
    return plan.quantizesNothing();
  }

  static Choice make(
      Engine engine,
      CalibratedModel calibrated,
      SampleSource samples,
      JobOptions options,
      StageClock clock) {
    Model quantized = clock.time("quantize", () -> calibrated.build(calibrated.plan()));
    if (!options.guardsLatency()) {
      return new Choice(quantized, calibrated.plan(), null, List.of());
    }
    SessionOptions session = SessionOptions.defaults().withThreads(options.threads());
    LatencyGuard guard = new LatencyGuard(engine, session);
    return clock.time(
        "time",
        () -> {
          LatencyGuard.Result result =
              guard.choose(
                  calibrated.floatModel(),
                  calibrated.plan(),
                  quantized,
                  UsableSamples.first(1, CalibrationSamples.of(samples, calibrated.model())).get(0),
                  calibrated);
          return new Choice(result.model(), result.plan(), result.comparison(), result.findings());
        });
  }
}
