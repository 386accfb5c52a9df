package io.nncf4j.compression.evaluation;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.data.metric.MetricResult;
import io.nncf4j.data.metric.TopKAccuracy;
import java.util.List;
import java.util.Optional;

/** Top-1 and top-5 side by side, the one asked for first. */
final class ClassificationMetrics {
  private final List<TopKAccuracy> metrics;

  private ClassificationMetrics(List<TopKAccuracy> metrics) {
    this.metrics = metrics;
  }

  /** Nothing is measured when no metric is asked for. */
  static ClassificationMetrics of(Optional<MetricKind> kind) {
    return new ClassificationMetrics(kind.map(ClassificationMetrics::family).orElse(List.of()));
  }

  private static List<TopKAccuracy> family(MetricKind kind) {
    return switch (kind) {
      case TOP1 -> List.of(new TopKAccuracy(1), new TopKAccuracy(5));
      case TOP5 -> List.of(new TopKAccuracy(5), new TopKAccuracy(1));
      case COCO_MAP, VOC_MAP, PERPLEXITY ->
          throw new InputException(
              "The metric "
                  + kind.label()
                  + " is not one of classification; this evaluation measures top1 and top5");
    };
  }

  void add(Tensor scores, List<Target> targets) {
    metrics.forEach(metric -> metric.add(scores, targets));
  }

  List<MetricResult> results() {
    return metrics.stream().map(TopKAccuracy::result).toList();
  }
}
