package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins two statements about the type of one value. */
final class TypeMerge {
  private TypeMerge() {}

  /** True when both cannot be true. */
  static boolean conflict(ValueType left, ValueType right) {
    if (left instanceof TensorType a && right instanceof TensorType b) {
      boolean dataTypes =
          a.dataType() != null && b.dataType() != null && a.dataType() != b.dataType();
      return dataTypes
          || (a.shape() != null && b.shape() != null && conflict(a.shape(), b.shape()));
    }
    boolean open = left.equals(TensorType.UNKNOWN) || right.equals(TensorType.UNKNOWN);
    return !open && left.getClass() != right.getClass();
  }

  private static boolean conflict(Shape left, Shape right) {
    boolean conflict = left.rank() != right.rank();
    for (int axis = 0; !conflict && axis < left.rank(); axis++) {
      Dimension a = left.get(axis);
      Dimension b = right.get(axis);
      conflict = a.isKnown() && b.isKnown() && !a.equals(b);
    }
    return conflict;
  }

  /** {@code first}, and {@code second} where nothing is known; where they conflict, the first. */
  static ValueType fill(ValueType first, @Nullable ValueType second) {
    return join(first, second, false);
  }

  /** As {@link #fill}, but a known length stands above a symbol. */
  static ValueType preferKnown(ValueType first, @Nullable ValueType second) {
    return join(first, second, true);
  }

  private static ValueType join(ValueType first, @Nullable ValueType second, boolean preferKnown) {
    if (second == null || second.equals(TensorType.UNKNOWN)) {
      return first;
    }
    if (first.equals(TensorType.UNKNOWN)) {
      return second;
    }
    if (!(first instanceof TensorType a) || !(second instanceof TensorType b)) {
      return isOpen(first) && first.getClass() == second.getClass() ? second : first;
    }
    return new TensorType(
        a.dataType() == null ? b.dataType() : a.dataType(),
        join(a.shape(), b.shape(), preferKnown));
  }

  private static boolean isOpen(ValueType type) {
    return (type instanceof ValueType.SequenceType sequence && sequence.element() == null)
        || (type instanceof ValueType.OptionalType optional && optional.element() == null);
  }

  private static @Nullable Shape join(
      @Nullable Shape first, @Nullable Shape second, boolean preferKnown) {
    if (first == null || second == null || first.rank() != second.rank()) {
      return first == null ? second : first;
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (int axis = 0; axis < first.rank(); axis++) {
      Dimension a = first.get(axis);
      Dimension b = second.get(axis);
      boolean takeSecond =
          a instanceof Dimension.Unknown || (preferKnown && b.isKnown() && !a.isKnown());
      dimensions.add(takeSecond ? b : a);
    }
    return new Shape(dimensions);
  }

  /** What is true of both: where they differ, nothing is known. */
  static @Nullable ValueType common(@Nullable ValueType left, @Nullable ValueType right) {
    if (left == null || right == null) {
      return null;
    }
    if (left.equals(right)) {
      return left;
    }
    if (left instanceof TensorType a && right instanceof TensorType b) {
      return new TensorType(
          a.dataType() == b.dataType() ? a.dataType() : null, common(a.shape(), b.shape()));
    }
    if (left instanceof ValueType.SequenceType a && right instanceof ValueType.SequenceType b) {
      return new ValueType.SequenceType(common(a.element(), b.element()));
    }
    if (left instanceof ValueType.OptionalType a && right instanceof ValueType.OptionalType b) {
      return new ValueType.OptionalType(common(a.element(), b.element()));
    }
    return null;
  }

  private static @Nullable Shape common(@Nullable Shape left, @Nullable Shape right) {
    if (left == null || right == null || left.rank() != right.rank()) {
      return null;
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (int axis = 0; axis < left.rank(); axis++) {
      Dimension a = left.get(axis);
      dimensions.add(a.equals(right.get(axis)) ? a : Dimension.UNKNOWN);
    }
    return new Shape(dimensions);
  }
}
