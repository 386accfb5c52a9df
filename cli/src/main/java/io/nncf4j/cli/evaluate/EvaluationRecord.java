package io.nncf4j.cli.evaluate;

import io.nncf4j.compression.evaluation.Evaluation;
import io.nncf4j.core.Finding;
import io.nncf4j.data.metric.MetricResult;
import io.nncf4j.engines.Latency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code nncf evaluate} says; the names of the components are the names in JSON.
 *
 * @param model the model's file
 * @param data the description of the data set
 * @param engine name and version of the runtime
 * @param threads threads of one run
 * @param batch samples of one run
 * @param samples samples that were used
 * @param skipped samples that are broken
 * @param metric name of the metric asked for; absent without labels
 * @param value its value in percent; perplexity as it is
 * @param metrics all metrics likewise, with their details
 * @param latency of single runs, in nanoseconds; absent when not measured
 * @param throughput samples a second, decoding included
 * @param seconds duration of the pass
 * @param findings what was odd about the data
 */
record EvaluationRecord(
    String model,
    String data,
    String engine,
    int threads,
    int batch,
    int samples,
    int skipped,
    @Nullable String metric,
    @Nullable Double value,
    Map<String, Double> metrics,
    @Nullable Latency latency,
    double throughput,
    double seconds,
    List<Finding> findings) {

  /** -1 stands for a detail that is not defined. */
  private static double shown(MetricResult metric, double value) {
    return metric.higherIsBetter() && value >= 0 ? 100 * value : value;
  }

  static EvaluationRecord of(
      String model, String data, String engine, int threads, Evaluation evaluation) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (MetricResult metric : evaluation.metrics()) {
      metrics.put(metric.name(), metric.shown());
      metric.details().forEach((name, value) -> metrics.put(name, shown(metric, value)));
    }
    MetricResult first = evaluation.metrics().isEmpty() ? null : evaluation.metrics().get(0);
    return new EvaluationRecord(
        model,
        data,
        engine,
        threads,
        evaluation.batch(),
        evaluation.samples(),
        evaluation.skipped(),
        first == null ? null : first.name(),
        first == null ? null : first.shown(),
        metrics,
        evaluation.latency().orElse(null),
        evaluation.throughput(),
        evaluation.seconds(),
        evaluation.findings());
  }
}
