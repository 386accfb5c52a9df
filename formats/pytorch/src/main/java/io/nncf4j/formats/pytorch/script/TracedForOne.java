package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Code that was traced for one sample and holds for no more, such as by a reshape to {@code [1,
 * -1]}: whatever the length of the batch, its outputs have the length 1.
 */
final class TracedForOne {
  private TracedForOne() {}

  /** True when no output depends on the batch, and all of them are of one sample. */
  static boolean is(Model model) {
    return model.graph().inputs().stream().anyMatch(input -> isOpen(shape(input)))
        && model.graph().outputs().stream().allMatch(output -> isOfOne(shape(output)));
  }

  /** The types of inputs that take one sample. */
  static List<TensorType> types(List<TensorType> open) {
    return open.stream().map(TracedForOne::ofOne).toList();
  }

  private static TensorType ofOne(TensorType type) {
    Shape shape = type.shape();
    return shape == null || !isOpen(shape) ? type : type.withShape(shape.with(0, Dimension.of(1)));
  }

  private static boolean isOpen(@Nullable Shape shape) {
    return shape != null && shape.rank() > 1 && shape.get(0).equals(Dimension.symbol("batch"));
  }

  private static boolean isOfOne(@Nullable Shape shape) {
    return shape != null
        && shape.rank() > 1
        && shape.isStatic()
        && shape.get(0).lengthOrMinusOne() == 1;
  }

  private static @Nullable Shape shape(Value value) {
    return value.tensorType().shape();
  }
}
