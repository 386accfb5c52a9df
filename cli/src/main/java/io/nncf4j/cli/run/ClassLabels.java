package io.nncf4j.cli.run;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.MetricKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether labels fit what a classifier hands out, found out before any sample is run. */
public final class ClassLabels {
  private ClassLabels() {}

  /**
   * @param output name of the output with the scores; empty for the first
   * @param metric what labels are for; nothing is looked at unless it is one of classifiers
   * @param origin what messages call the data
   * @throws InputException naming the first sample whose class the output does not have
   */
  public static void check(
      Model model, String output, SampleSource source, Optional<MetricKind> metric, String origin) {
    if (!metric.map(MetricKind::isClassification).orElse(false)) {
      return;
    }
    for (Value scores : model.graph().outputs()) {
      if (output.isEmpty() || scores.name().equals(output)) {
        check(known(scores, model), source, origin);
        return;
      }
    }
  }

  private static void check(Value scores, SampleSource source, String origin) {
    long classes = classes(scores.tensorType().shape());
    for (int index = 0; classes > 0 && index < source.size(); index++) {
      if (source.target(index) instanceof Target.ClassLabel label && label.index() >= classes) {
        throw new InputException(
            "%s: the sample %s has the class index %d, which does not exist in the output \"%s\" of the model, %s; check labels and label-offset"
                .formatted(
                    origin, source.name(index), label.index(), scores.name(), scores.type()));
      }
    }
  }

  /** The output with the shape that follows from the graph, where none is recorded. */
  private static Value known(Value scores, Model model) {
    if (scores.tensorType().shape() != null) {
      return scores;
    }
    Graph typed = ShapeInference.infer(model).graph();
    return new Value(scores.name(), typed.tensorType(scores.name()));
  }

  /** Scores of one sample; -1 where that is open. */
  private static long classes(@Nullable Shape shape) {
    if (shape == null || shape.rank() < 2) {
      return -1;
    }
    long classes = 1;
    for (Dimension dimension : shape.dimensions().subList(1, shape.rank())) {
      long length = dimension.lengthOrMinusOne();
      if (!dimension.isKnown() || length > Integer.MAX_VALUE / Math.max(1, classes)) {
        return -1;
      }
      classes *= length;
    }
    return classes;
  }
}
