package io.nncf4j.cli.run;

import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.engines.SessionOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a job does.
 *
 * @param parameters how the model is quantized
 * @param plan the plan to follow; null to make one
 * @param guardsLatency whether layers go back to float where integers are slower; never so with a
 *     given plan
 * @param evaluates whether both models are measured on the samples
 * @param reports whether the run is analysed layer by layer, and record and page are written
 * @param threads threads of one run
 */
public record JobOptions(
    QuantizationParameters parameters,
    @Nullable QuantizationPlan plan,
    boolean guardsLatency,
    boolean evaluates,
    boolean reports,
    int threads) {
  public JobOptions {
    guardsLatency = guardsLatency && plan == null;
  }

  /** All measurements, guarded, and a report. */
  public static JobOptions defaults() {
    return new JobOptions(
        QuantizationParameters.defaults(),
        null,
        true,
        true,
        true,
        SessionOptions.defaults().threads());
  }

  public JobOptions withGuard(boolean newGuardsLatency) {
    return new JobOptions(parameters, plan, newGuardsLatency, evaluates, reports, threads);
  }
}
