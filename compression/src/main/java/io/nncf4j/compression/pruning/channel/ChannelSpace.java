package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.NncfException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every index of every dimension of every tensor of a graph, as a coordinate with a number, and
 * which coordinates can only be removed together (disjoint sets).
 *
 * <p>Dimensions of open or enormous length have no coordinates: nothing of them is ever removed. A
 * set is blocked when something stands against its removal; the first obstacle in graph order is
 * kept.
 */
final class ChannelSpace {
  /** Longer dimensions are samples of a signal or a vocabulary, not channels. */
  static final long LONGEST_DIMENSION = 1 << 17;

  private static final int MOST_COORDINATES = 1 << 27;
  private static final int FREE = Integer.MAX_VALUE;

  /**
   * What stands against removing a set of channels.
   *
   * @param node name of the node at which it fails; empty for the model's inputs and outputs
   * @param reason what the node does to the channels
   */
  record Obstacle(String node, String reason) {}

  /** First coordinate of each dimension, -1 where it has none, and the lengths, -1 where open. */
  private record Dimensions(int[] starts, long[] lengths) {}

  private final Map<Place, Dimensions> places = new LinkedHashMap<>();
  private final List<Obstacle> obstacles = new ArrayList<>();
  private int[] parents = new int[1 << 12];
  private int[] blocks = new int[1 << 12];
  private boolean[] preferred = new boolean[1 << 12];
  private int size;

  /** Gives coordinates to a tensor. */
  void register(Place place, long[] lengths) {
    int[] starts = new int[lengths.length];
    for (int dimension = 0; dimension < lengths.length; dimension++) {
      boolean tracked = lengths[dimension] >= 0 && lengths[dimension] <= LONGEST_DIMENSION;
      starts[dimension] = tracked ? size : -1;
      if (tracked) {
        grow(size + (int) lengths[dimension]);
      }
    }
    places.put(place, new Dimensions(starts, lengths));
  }

  private void grow(int newSize) {
    if (newSize > MOST_COORDINATES) {
      throw new NncfException(
          "The graph has more than "
              + MOST_COORDINATES
              + " channels and positions; its channel groups are not searched for");
    }
    if (newSize > parents.length) {
      int capacity = Math.max(newSize, parents.length * 2);
      parents = Arrays.copyOf(parents, capacity);
      blocks = Arrays.copyOf(blocks, capacity);
      preferred = Arrays.copyOf(preferred, capacity);
    }
    for (int index = size; index < newSize; index++) {
      parents[index] = index;
      blocks[index] = FREE;
    }
    size = newSize;
  }

  boolean has(Place place) {
    return places.containsKey(place);
  }

  Iterable<Place> places() {
    return Collections.unmodifiableSet(places.keySet());
  }

  int rank(Place place) {
    return dimensions(place).lengths.length;
  }

  /** Length of a dimension, -1 when it is open. */
  long length(Place place, int dimension) {
    return dimensions(place).lengths[dimension];
  }

  /** True when the dimension has coordinates. */
  boolean isTracked(Place place, int dimension) {
    return dimensions(place).starts[dimension] >= 0;
  }

  private Dimensions dimensions(Place place) {
    Dimensions found = places.get(place);
    if (found == null) {
      throw new NncfException("Nothing is known of the tensor " + place);
    }
    return found;
  }

  int coordinate(Place place, int dimension, long index) {
    return dimensions(place).starts[dimension] + (int) index;
  }

  /** The number that stands for the set a coordinate is in. */
  int root(int coordinate) {
    int current = coordinate;
    while (parents[current] != current) {
      parents[current] = parents[parents[current]];
      current = parents[current];
    }
    return current;
  }

  void join(int left, int right) {
    int first = root(left);
    int second = root(right);
    if (first == second) {
      return;
    }
    int kept = Math.min(first, second);
    int gone = Math.max(first, second);
    parents[gone] = kept;
    blocks[kept] = Math.min(blocks[kept], blocks[gone]);
    preferred[kept] |= preferred[gone];
  }

  /** Notes an obstacle; several coordinates may be blocked by it. */
  int obstacle(String node, String reason) {
    obstacles.add(new Obstacle(node, reason));
    return obstacles.size() - 1;
  }

  void block(int coordinate, int obstacle) {
    int root = root(coordinate);
    blocks[root] = Math.min(blocks[root], obstacle);
  }

  @Nullable Obstacle obstacleOf(int root) {
    return blocks[root] == FREE ? null : obstacles.get(blocks[root]);
  }

  boolean isBlocked(int coordinate) {
    return blocks[root(coordinate)] != FREE;
  }

  /** Marks what is better removed as a whole, such as a head of attention. */
  void prefer(int coordinate) {
    preferred[root(coordinate)] = true;
  }

  boolean isPreferred(int coordinate) {
    return preferred[root(coordinate)];
  }

  int size() {
    return size;
  }
}
