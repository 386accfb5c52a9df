package io.nncf4j.cli.train;

import io.nncf4j.core.InputException;
import io.nncf4j.learning.Checkpoint;
import java.util.Map;

/**
 * The best epoch so far: of those that are compressed furthest the one with the highest metric.
 * Checkpoints keep it, so that a resumed run holds its epochs against those before.
 *
 * @param stage ordinal of the stage of compression; -1 for no epoch
 */
record BestEpoch(int stage, double metric) {
  /** Worse than any epoch. */
  static final BestEpoch NONE = new BestEpoch(-1, -1);

  private static final String STAGE = "best_stage";
  private static final String METRIC = "best_metric";

  boolean isBeatenBy(int otherStage, double otherMetric) {
    return otherStage > stage || (otherStage == stage && otherMetric > metric);
  }

  /** What a checkpoint keeps. */
  Map<String, String> notes() {
    return Map.of(STAGE, Integer.toString(stage), METRIC, Double.toString(metric));
  }

  /** What {@link #notes} kept; {@link #NONE} when the checkpoint is an older one without it. */
  static BestEpoch of(Checkpoint checkpoint) {
    String stage = checkpoint.notes().get(STAGE);
    String metric = checkpoint.notes().get(METRIC);
    if (stage == null || metric == null) {
      return NONE;
    }
    try {
      return new BestEpoch(Integer.parseInt(stage), Double.parseDouble(metric));
    } catch (NumberFormatException e) {
      throw new InputException(
          "The checkpoint's notes on its best epoch are damaged: stage \""
              + stage
              + "\", metric \""
              + metric
              + "\"; expected numbers",
          e);
    }
  }
}
