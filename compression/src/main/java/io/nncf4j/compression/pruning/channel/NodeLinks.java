package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one node ties the channels of what it reads to those of what it makes, said in a few verbs.
 *
 * <p>Dimensions that a rule says nothing about are blocked: a rule that forgets one loses pruning
 * and never correctness.
 */
final class NodeLinks {
  private final Node node;
  private final Graph graph;
  private final ChannelSpace space;
  private final LayerRoles roles;
  private final Set<String> fixed;
  private final Set<PlaceDimension> spoken = new HashSet<>();
  private int obstacle = -1;

  private record PlaceDimension(Place place, int dimension) {}

  /**
   * @param fixed values that depend on nothing but constants
   */
  NodeLinks(Node node, Graph graph, ChannelSpace space, LayerRoles roles, Set<String> fixed) {
    this.node = node;
    this.fixed = fixed;
    this.graph = graph;
    this.space = space;
    this.roles = roles;
  }

  Node node() {
    return node;
  }

  boolean has(int input) {
    return node.hasInput(input);
  }

  /** Where input {@code index} stands. */
  Place input(int index) {
    return Places.input(graph, node, index);
  }

  Place output(int index) {
    return Place.ofValue(node.output(index));
  }

  /** The tensor that input {@code index} holds when it is a constant. */
  @Nullable Tensor constant(int index) {
    return has(index) ? graph.constantValue(node.input(index)) : null;
  }

  /** True when the input is a constant or computed from constants alone. */
  boolean isWeight(int index) {
    return has(index)
        && (graph.constants().containsKey(node.input(index)) || fixed.contains(node.input(index)));
  }

  /** True when two dimensions have the same length, known or by the same name. */
  boolean isSameDimension(Place left, int leftDimension, Place right, int rightDimension) {
    Dimension first = dimension(left, leftDimension);
    return !(first instanceof Dimension.Unknown) && first.equals(dimension(right, rightDimension));
  }

  private Dimension dimension(Place place, int dimension) {
    Shape shape = graph.tensorType(place.value()).shape();
    return shape == null ? Dimension.UNKNOWN : shape.get(dimension);
  }

  /** True when all lengths from a start to before an end are known, on both sides. */
  boolean isKnown(Place left, int from, int end, Place right, int rightFrom, int rightEnd) {
    return isKnown(left, from, end) && isKnown(right, rightFrom, rightEnd);
  }

  private boolean isKnown(Place place, int from, int end) {
    for (int dimension = from; dimension < end; dimension++) {
      if (length(place, dimension) < 0) {
        return false;
      }
    }
    return true;
  }

  int rank(Place place) {
    return space.rank(place);
  }

  long length(Place place, int dimension) {
    return space.length(place, dimension);
  }

  /** True when both lengths are known and equal. */
  boolean isSameLength(Place left, int leftDimension, Place right, int rightDimension) {
    long length = length(left, leftDimension);
    return length >= 0 && length == length(right, rightDimension);
  }

  /** Index i of one dimension is index i of the other. */
  void same(Place left, int leftDimension, Place right, int rightDimension) {
    if (isSameLength(left, leftDimension, right, rightDimension)) {
      range(left, leftDimension, 0, right, rightDimension, 0, length(left, leftDimension));
    } else if (length(left, leftDimension) >= 0 || length(right, rightDimension) >= 0) {
      block(left, leftDimension, "of which the length is not known on both sides");
      block(right, rightDimension, "of which the length is not known on both sides");
    } else {
      speak(left, leftDimension);
      speak(right, rightDimension);
    }
  }

  /** Some indices that follow each other are the same in both dimensions. */
  void range(
      Place left,
      int leftDimension,
      long from,
      Place right,
      int rightDimension,
      long to,
      long count) {
    speak(left, leftDimension);
    speak(right, rightDimension);
    if (space.isTracked(left, leftDimension) && space.isTracked(right, rightDimension)) {
      for (long index = 0; index < count; index++) {
        space.join(
            space.coordinate(left, leftDimension, from + index),
            space.coordinate(right, rightDimension, to + index));
      }
    } else {
      block(left, leftDimension, "that are too many");
      block(right, rightDimension, "that are too many");
    }
  }

  /** One index of a dimension is one of another. */
  void link(
      Place left, int leftDimension, long index, Place right, int rightDimension, long other) {
    range(left, leftDimension, index, right, rightDimension, other, 1);
  }

  /** Two indices of a dimension go together. */
  void tie(Place place, int dimension, long index, long other) {
    link(place, dimension, index, place, dimension, other);
  }

  /** A dimension that a node sums over, or that it does not tie to anything. */
  void free(Place place, int dimension) {
    speak(place, dimension);
  }

  /**
   * Nothing of a dimension can be removed.
   *
   * @param reason completes "the node ... the channels", such as "normalizes over"
   */
  void block(Place place, int dimension, String reason) {
    speak(place, dimension);
    if (space.isTracked(place, dimension)) {
      for (long index = 0; index < space.length(place, dimension); index++) {
        block(place, dimension, index, reason);
      }
    }
  }

  void block(Place place, int dimension, long index, String reason) {
    speak(place, dimension);
    if (obstacle < 0) {
      obstacle = space.obstacle(node.name(), reason);
    }
    space.block(space.coordinate(place, dimension, index), obstacle);
  }

  /** What is made of the dimension is better removed along it than along others. */
  void prefer(Place place, int dimension) {
    if (space.isTracked(place, dimension)) {
      for (long index = 0; index < space.length(place, dimension); index++) {
        space.prefer(space.coordinate(place, dimension, index));
      }
    }
  }

  boolean isBlocked(Place place, int dimension) {
    if (!space.isTracked(place, dimension)) {
      return true;
    }
    for (long index = 0; index < space.length(place, dimension); index++) {
      if (!space.isBlocked(space.coordinate(place, dimension, index))) {
        return false;
      }
    }
    return true;
  }

  boolean isPreferred(Place place, int dimension) {
    return space.isTracked(place, dimension)
        && space.length(place, dimension) > 0
        && space.isPreferred(space.coordinate(place, dimension, 0));
  }

  /**
   * Lines up two tensors as broadcasting does, last dimensions first.
   *
   * @param from what is spread where its length is 1
   */
  void align(Place from, Place onto) {
    int shift = rank(onto) - rank(from);
    for (int dimension = 0; dimension < rank(from); dimension++) {
      if (dimension + shift < 0) {
        block(from, dimension, "has no place for");
      } else if (length(from, dimension) == 1 && length(onto, dimension + shift) != 1) {
        block(from, dimension, "spreads a single one of");
      } else {
        same(from, dimension, onto, dimension + shift);
      }
    }
  }

  /** Says that the node is a layer with a weight; see {@link LayerRoles}. */
  LayerRoles roles() {
    return roles;
  }

  private void speak(Place place, int dimension) {
    spoken.add(new PlaceDimension(place, dimension));
  }

  /** Blocks every dimension that nothing was said about. */
  void blockTheRest(String reason) {
    for (int index = 0; index < node.inputs().size(); index++) {
      if (has(index) && space.has(input(index))) {
        blockUnspoken(input(index), reason);
      }
    }
    for (int index = 0; index < node.outputs().size(); index++) {
      if (!node.output(index).isEmpty() && space.has(output(index))) {
        blockUnspoken(output(index), reason);
      }
    }
    for (Graph body : node.attributes().graphs()) {
      for (String captured : body.captured()) {
        Place place = Place.ofValue(captured);
        if (space.has(place)) {
          blockUnspoken(place, "reads them in a body:");
        }
      }
    }
  }

  private void blockUnspoken(Place place, String reason) {
    for (int dimension = 0; dimension < rank(place); dimension++) {
      if (!spoken.contains(new PlaceDimension(place, dimension))) {
        block(place, dimension, reason);
      }
    }
  }
}
