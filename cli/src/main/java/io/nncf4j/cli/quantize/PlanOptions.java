package io.nncf4j.cli.quantize;

import io.nncf4j.cli.run.CompressionOptions;
import io.nncf4j.cli.run.JobOptions;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.core.InputException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the plan comes from, and whether latency may change it; a mixin. */
final class PlanOptions {
  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "Quantize by this plan, as saved beside an output; nothing is measured.")
  private @Nullable Path plan;

  @Option(
      names = "--no-latency-guard",
      description = "Keep the integers even where they are slower.")
  private boolean withoutGuard;

  /**
   * What the job does.
   *
   * @throws InputException when options exclude each other or a number makes no sense
   */
  JobOptions job(QuantizeOptions quantization, CompressionOptions common) {
    common.check();
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
        quantization.parameters(common.subsetSize()),
        given,
        !withoutGuard,
        common.evaluates(),
        common.reports(),
        common.threads());
  }
}
