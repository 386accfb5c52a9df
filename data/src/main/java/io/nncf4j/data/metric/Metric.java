package io.nncf4j.data.metric;

import io.nncf4j.data.Target;
import java.util.List;

/**
 * Compares predictions with targets, a batch at a time.
 *
 * <p>Metrics merge exactly: any split of the data over several metrics, merged in any order, gives
 * the same result to the last bit.
 *
 * @param <P> the predictions for one batch
 * @param <M> the metric itself
 */
public interface Metric<P, M extends Metric<P, M>> {
  /** Adds one batch; one target per sample, in the order of the predictions. */
  void add(P predictions, List<? extends Target> targets);

  /** Adds everything that {@code other} has seen; {@code other} is not changed. */
  void merge(M other);

  /** The figure for all samples so far. */
  MetricResult result();
}
