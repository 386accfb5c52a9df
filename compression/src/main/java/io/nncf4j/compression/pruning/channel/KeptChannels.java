package io.nncf4j.compression.pruning.channel;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which indices of each dimension stay when some channels are removed. */
public final class KeptChannels {
  private record Key(Place place, int dimension) {}

  private final ChannelSpace space;
  private final Map<Key, int[]> kept = new HashMap<>();

  /**
   * @param roots the sets that are removed
   */
  KeptChannels(ChannelSpace space, BitSet roots) {
    this.space = space;
    for (Place place : space.places()) {
      for (int dimension = 0; dimension < space.rank(place); dimension++) {
        if (space.isTracked(place, dimension)) {
          int[] staying = staying(place, dimension, roots);
          if (staying.length < space.length(place, dimension)) {
            kept.put(new Key(place, dimension), staying);
          }
        }
      }
    }
  }

  private int[] staying(Place place, int dimension, BitSet roots) {
    int length = (int) space.length(place, dimension);
    int[] staying = new int[length];
    int count = 0;
    for (int index = 0; index < length; index++) {
      if (!roots.get(space.root(space.coordinate(place, dimension, index)))) {
        staying[count++] = index;
      }
    }
    return count == length ? staying : Arrays.copyOf(staying, count);
  }

  /** Indices that stay, in order; null when all do. */
  public int @Nullable [] of(Place place, int dimension) {
    return kept.get(new Key(place, dimension));
  }

  /** True when a tensor loses anything. */
  boolean isCut(Place place) {
    for (int dimension = 0; dimension < rank(place); dimension++) {
      if (of(place, dimension) != null) {
        return true;
      }
    }
    return false;
  }

  int rank(Place place) {
    return space.has(place) ? space.rank(place) : 0;
  }

  long lengthBefore(Place place, int dimension) {
    return space.length(place, dimension);
  }
}
