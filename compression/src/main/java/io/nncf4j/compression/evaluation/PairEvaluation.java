package io.nncf4j.compression.evaluation;

import io.nncf4j.core.Finding;
import io.nncf4j.data.metric.MetricResult;
import io.nncf4j.engines.LatencyComparison;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of a model before and after it was compressed.
 *
 * @param before the metric asked for, of the model before; absent without labels
 * @param after likewise of the model after
 * @param agreement how often both give the same class the highest score, in percent; absent when
 *     the output is no scores of classes: with another metric than that of a classifier, and
 *     without a metric where there are several outputs
 * @param similarity cosine similarity of each output before and after, over all samples
 * @param samples samples that were used
 * @param latency single runs of both, timed in turn; absent when not measured
 * @param findings what was odd about the data
 */
public record PairEvaluation(
    Optional<MetricResult> before,
    Optional<MetricResult> after,
    @Nullable Double agreement,
    Map<String, Double> similarity,
    int samples,
    Optional<LatencyComparison> latency,
    List<Finding> findings) {
  public PairEvaluation {
    similarity = Collections.unmodifiableMap(new LinkedHashMap<>(similarity));
    findings = List.copyOf(findings);
  }
}
