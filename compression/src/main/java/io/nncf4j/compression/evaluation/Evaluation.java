package io.nncf4j.compression.evaluation;

import io.nncf4j.core.Finding;
import io.nncf4j.data.metric.MetricResult;
import io.nncf4j.engines.Latency;
import java.util.List;
import java.util.Optional;

/**
 * What was measured of one model.
 *
 * @param metrics the metric asked for, then others of its family; empty without labels
 * @param samples samples that were used
 * @param skipped samples that are broken
 * @param batch samples of one run
 * @param seconds duration of the pass, decoding included
 * @param latency of single runs without decoding; absent when not measured
 * @param findings what was odd about the data
 */
public record Evaluation(
    List<MetricResult> metrics,
    int samples,
    int skipped,
    int batch,
    double seconds,
    Optional<Latency> latency,
    List<Finding> findings) {
  public Evaluation {
    metrics = List.copyOf(metrics);
    findings = List.copyOf(findings);
  }

  /** Samples a second, decoding and preparing included. */
  public double throughput() {
    return samples / seconds;
  }
}
