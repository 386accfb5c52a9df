package io.nncf4j.core.record;

import java.util.Objects;

/**
 * Which filters of a layer pruning kept.
 *
 * @param layer name of the node
 * @param kept a character for each filter of the layer before: 1 for one that was kept, 0 for one
 *     that went
 */
public record FilterRecord(String layer, String kept) {
  public FilterRecord {
    Objects.requireNonNull(layer, "layer");
    Objects.requireNonNull(kept, "kept");
  }

  /** How many were kept. */
  public long count() {
    return kept.chars().filter(mark -> mark == '1').count();
  }
}
