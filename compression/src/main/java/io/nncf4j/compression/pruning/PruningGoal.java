package io.nncf4j.compression.pruning;

import io.nncf4j.core.InputException;

/**
 * How much is to go.
 *
 * @param kind what is counted
 * @param share for filters and arithmetic the share that goes, for latency the share that stays;
 *     more than 0 and less than 1
 */
public record PruningGoal(Kind kind, double share) {
  /** What a goal counts. */
  public enum Kind {
    /** Filters, the same share in each group. */
    FILTERS,
    /** Multiplications and additions of layers. */
    FLOPS,
    /** Time of a run on this machine. */
    LATENCY
  }

  public PruningGoal {
    if (!(share > 0 && share < 1)) {
      throw new InputException(
          "A pruning target is a share of more than 0 and less than 1; found " + share);
    }
  }
}
