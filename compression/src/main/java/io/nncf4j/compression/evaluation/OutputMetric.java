package io.nncf4j.compression.evaluation;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.Detection;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.data.metric.BoxDecoder;
import io.nncf4j.data.metric.CocoAveragePrecision;
import io.nncf4j.data.metric.Metric;
import io.nncf4j.data.metric.MetricResult;
import io.nncf4j.data.metric.Perplexity;
import io.nncf4j.data.metric.TopKAccuracy;
import io.nncf4j.data.metric.VocAveragePrecision;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/** Metrics of one family, fed with the outputs of a model; the one asked for first. */
final class OutputMetric<P> {
  private final BiFunction<Map<String, Tensor>, Batch, P> predictions;
  private final List<Metric<P, ?>> metrics;

  private OutputMetric(
      BiFunction<Map<String, Tensor>, Batch, P> predictions, List<Metric<P, ?>> metrics) {
    this.predictions = predictions;
    this.metrics = metrics;
  }

  /**
   * @param kind the metric asked for; empty to measure nothing
   * @param output name of the output with scores or logits
   * @throws InputException when it is not known how outputs become boxes, or what the classes are
   */
  static OutputMetric<?> of(
      Optional<MetricKind> kind, String output, EvaluationOptions options, SampleSource source) {
    BiFunction<Map<String, Tensor>, Batch, Tensor> scores =
        (outputs, batch) -> Objects.requireNonNull(outputs.get(output));
    if (kind.isEmpty()) {
      return new OutputMetric<>(scores, List.of());
    }
    return switch (kind.get()) {
      case TOP1 -> new OutputMetric<>(scores, List.of(new TopKAccuracy(1), new TopKAccuracy(5)));
      case TOP5 -> new OutputMetric<>(scores, List.of(new TopKAccuracy(5), new TopKAccuracy(1)));
      case PERPLEXITY -> new OutputMetric<>(scores, List.of(new Perplexity()));
      case COCO_MAP ->
          new OutputMetric<>(
              boxes(kind.get(), options), List.of(new CocoAveragePrecision(source.classNames())));
      case VOC_MAP ->
          new OutputMetric<>(
              boxes(kind.get(), options),
              List.of(
                  new VocAveragePrecision(
                      source.classNames(), VocAveragePrecision.Averaging.AREA)));
    };
  }

  private static BiFunction<Map<String, Tensor>, Batch, List<List<Detection>>> boxes(
      MetricKind kind, EvaluationOptions options) {
    BoxDecoder decoder =
        new BoxDecoder(
            options
                .boxes()
                .orElseThrow(
                    () ->
                        new InputException(
                            "The metric "
                                + kind.label()
                                + " needs to know how the model's outputs become boxes: say so"
                                + " under the key \"output\" of the data set's description")));
    return (outputs, batch) -> decoder.decode(outputs, batch.samples());
  }

  void add(Map<String, Tensor> outputs, Batch batch) {
    if (!metrics.isEmpty()) {
      P predicted = predictions.apply(outputs, batch);
      metrics.forEach(metric -> metric.add(predicted, batch.targets()));
    }
  }

  List<MetricResult> results() {
    return metrics.stream().<MetricResult>map(Metric::result).toList();
  }
}
