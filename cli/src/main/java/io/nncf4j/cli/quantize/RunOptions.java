package io.nncf4j.cli.quantize;

import io.nncf4j.cli.console.Numbers;
import io.nncf4j.cli.run.EvaluatedSamples;
import io.nncf4j.cli.run.JobOptions;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.core.InputException;
import io.nncf4j.data.SampleSource;
import io.nncf4j.engines.SessionOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that decide what is done beside quantizing; a mixin. */
final class RunOptions {
  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "Quantize by this plan, as saved beside an output; nothing is measured.")
  private @Nullable Path plan;

  @Option(
      names = "--no-latency-guard",
      description = "Keep the integers even where they are slower.")
  private boolean withoutGuard;

  @Mixin private final EvaluatedSamples samples = new EvaluatedSamples();

  @Option(
      names = "--no-evaluate",
      description = "Measure no metric and no agreement on the samples.")
  private boolean withoutEvaluation;

  @Option(names = "--no-report", description = "Write no HTML page and no record of the run.")
  private boolean withoutReport;

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "Threads (default: all cores, up to two).")
  private int threads = SessionOptions.defaults().threads();

  @Option(names = "--force", description = "Write over existing files.")
  private boolean force;

  boolean force() {
    return force;
  }

  /** The samples to measure on. */
  SampleSource evaluated(SampleSource all) {
    return samples.of(all);
  }

  /**
   * What the job does.
   *
   * @throws InputException when options exclude each other or a number makes no sense
   */
  JobOptions job(QuantizeOptions quantization) {
    Numbers.between("--threads", threads, 1, SessionOptions.MAXIMUM_THREADS);
    samples.check();
    if (samples.isLimited() && withoutEvaluation) {
      throw new InputException(
          "--samples and --no-evaluate exclude each other: nothing is measured on samples");
    }
    QuantizationPlan given = null;
    if (plan != null) {
      List<String> decided = quantization.decidedByPlan();
      if (!decided.isEmpty()) {
        throw new InputException(
            "--plan and "
                + String.join(", ", decided)
                + " exclude each other: the plan says already where quantizers stand");
      }
      given = PlanJson.read(plan);
    }
    return new JobOptions(
        quantization.parameters(),
        given,
        !withoutGuard,
        !withoutEvaluation,
        !withoutReport,
        threads);
  }
}
