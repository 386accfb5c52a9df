package io.nncf4j.core.graph;

import io.nncf4j.core.NncfException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Dimensions of a value, row-major; empty for a scalar. A shape of unknown rank is the absence of a
 * {@code Shape}: see {@link TensorType#shape()}.
 */
public record Shape(List<Dimension> dimensions) {
  public static final Shape SCALAR = new Shape(List.of());

  public Shape {
    dimensions = List.copyOf(dimensions);
  }

  /** A shape of known lengths. */
  public static Shape of(long... lengths) {
    List<Dimension> dimensions = new ArrayList<>(lengths.length);
    for (long length : lengths) {
      dimensions.add(Dimension.of(length));
    }
    return new Shape(dimensions);
  }

  public static Shape of(Dimension... dimensions) {
    return new Shape(List.of(dimensions));
  }

  public int rank() {
    return dimensions.size();
  }

  /** Dimension {@code axis}; a negative axis counts from the end. */
  public Dimension get(int axis) {
    return dimensions.get(axis < 0 ? axis + dimensions.size() : axis);
  }

  /** The same shape with another dimension at {@code axis}, which may be negative. */
  public Shape with(int axis, Dimension dimension) {
    List<Dimension> changed = new ArrayList<>(dimensions);
    changed.set(axis < 0 ? axis + dimensions.size() : axis, dimension);
    return new Shape(changed);
  }

  /** True when every dimension is a known length. */
  public boolean isStatic() {
    return dimensions.stream().allMatch(Dimension::isKnown);
  }

  /** The lengths of a static shape. */
  public long[] toArray() {
    if (!isStatic()) {
      throw new NncfException("The shape " + this + " has dimensions that are not known yet");
    }
    return dimensions.stream().mapToLong(Dimension::lengthOrMinusOne).toArray();
  }

  /** Such as {@code [batch, 3, 224, 224]}. */
  @Override
  public String toString() {
    return dimensions.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
