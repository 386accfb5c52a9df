package io.nncf4j.cli.run;

import io.nncf4j.compression.evaluation.PairEvaluation;
import io.nncf4j.core.record.Measurement;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.core.record.Speedup;
import io.nncf4j.data.metric.MetricResult;
import io.nncf4j.engines.Latency;
import io.nncf4j.engines.LatencyComparison;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts into a record what was measured before and after. */
final class Measurements {
  private Measurements() {}

  /**
   * @param measured metric and agreement; null when not evaluated
   * @param timed latency of both; null when not timed
   */
  static void fill(
      RunRecord.Builder record,
      List<Path> read,
      List<Path> written,
      @Nullable PairEvaluation measured,
      @Nullable LatencyComparison timed) {
    Measurement before = Measurement.ofSize(JobFiles.size(read));
    Measurement after = Measurement.ofSize(JobFiles.size(written));
    if (measured != null) {
      before = withMetric(before, measured.before());
      after = withMetric(after, measured.after());
      record
          .agreement(measured.agreement())
          .similarity(measured.similarity())
          .evaluatedSamples(measured.samples());
    }
    if (timed != null) {
      before = withLatency(before, timed.baseline());
      after = withLatency(after, timed.candidate());
      record.speedup(new Speedup(timed.speedup(), timed.speedupLow(), timed.speedupHigh()));
    }
    record.before(before).after(after);
  }

  private static Measurement withMetric(Measurement measured, Optional<MetricResult> metric) {
    return metric.map(found -> measured.withMetric(found.name(), found.shown())).orElse(measured);
  }

  private static Measurement withLatency(Measurement measured, Latency latency) {
    return measured.withLatency(latency.medianMillis(), latency.p90Millis());
  }
}
