package io.nncf4j.core.record;

import java.util.Objects;

/**
 * One line of the plan: a quantizer and where it stands, or a node that stays in float and why.
 *
 * @param kind {@code activation}, {@code weight} or {@code float}
 * @param where name of the value, weight or node
 * @param what the quantizer in words, or the reason for float
 * @param group rows with the same number above 0 share one range; 0 otherwise
 */
public record PlanRow(String kind, String where, String what, int group) {
  public PlanRow {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(where, "where");
    Objects.requireNonNull(what, "what");
  }
}
