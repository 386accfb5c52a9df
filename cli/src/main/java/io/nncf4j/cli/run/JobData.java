package io.nncf4j.cli.run;

import io.nncf4j.core.graph.Model;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.data.metric.BoxOutputs;
import java.util.Optional;

/**
 * The samples of a job.
 *
 * @param calibration samples to calibrate with, in the order in which they are taken
 * @param seed what decided that order, or made the samples
 * @param evaluation samples to measure on
 * @param metric what to compare with their labels; empty without labels
 * @param boxes how a detector's outputs become boxes; empty where that is not known
 * @param origin what messages call the data, such as the file of their description
 */
public record JobData(
    SampleSource calibration,
    long seed,
    SampleSource evaluation,
    Optional<MetricKind> metric,
    Optional<BoxOutputs> boxes,
    String origin) {
  /**
   * @throws io.nncf4j.core.InputException when a label names a class that the model does not have
   */
  void checkLabels(Model model) {
    ClassLabels.check(model, "", evaluation, metric, origin);
  }

  /** The metric, where all that it takes is known. */
  Optional<MetricKind> measurable() {
    return metric.filter(kind -> !kind.isDetection() || boxes.isPresent());
  }
}
