package io.nncf4j.core.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class InferencePropertyTest {
  @Provide
  Arbitrary<Shape> shapes() {
    return Arbitraries.of(
            Dimension.of(1),
            Dimension.of(3),
            Dimension.of(4),
            Dimension.symbol("n"),
            Dimension.symbol("m"),
            Dimension.UNKNOWN)
        .list()
        .ofMaxSize(4)
        .map(Shape::new);
  }

  private static String broadcast(Shape left, Shape right) {
    try {
      return String.valueOf(Broadcasting.of(left, right));
    } catch (InputException e) {
      return "refused";
    }
  }

  @Property
  void broadcastingCommutes(@ForAll("shapes") Shape left, @ForAll("shapes") Shape right) {
    assertThat(broadcast(left, right)).isEqualTo(broadcast(right, left));
  }

  @Property
  void broadcastingKeepsAShapeThatMeetsItselfOrAScalar(@ForAll("shapes") Shape shape) {
    assertThat(broadcast(shape, shape)).isEqualTo(shape.toString());
    assertThat(broadcast(shape, Shape.SCALAR)).isEqualTo(shape.toString());
  }

  @Property(tries = 500)
  void windowsOverASymbolAgreeWithNumbers(
      @ForAll @IntRange(min = 1, max = 200) int length,
      @ForAll @IntRange(min = 1, max = 5) int kernel,
      @ForAll @IntRange(min = 1, max = 4) int stride,
      @ForAll @IntRange(min = 1, max = 2) int dilation,
      @ForAll @IntRange(min = 0, max = 2) int pad,
      @ForAll boolean ceil) {
    Attributes window =
        Attributes.NONE
            .with("kernel_shape", (long) kernel, 1L)
            .with("strides", (long) stride, 1L)
            .with("dilations", (long) dilation, 1L)
            .with("pads", (long) pad, 0L, (long) pad, 0L)
            .with("ceil_mode", ceil ? 1L : 0L);
    if (dilation * (kernel - 1) + 1 > length + 2 * pad || pad >= dilation * (kernel - 1) + 1) {
      return;
    }
    Shape symbolic = pooled(window, "h");
    Shape numbers = pooled(window, (long) length);
    Long evaluated = SymbolicInteger.of(symbolic.get(2)).evaluate(Map.of("h", (long) length));
    assertThat(evaluated)
        .as(symbolic.toString())
        .isEqualTo(numbers.get(2).lengthOrMinusOne())
        .isEqualTo(slide(length, kernel, stride, dilation, pad, ceil));
  }

  private static Shape pooled(Attributes window, Object length) {
    return Objects.requireNonNull(
        ShapeInference.infer(
                new GraphBuilder()
                    .input("x", 1, 2, length, 3)
                    .node("MaxPool", window, "x", "y")
                    .output("y")
                    .model())
            .graph()
            .tensorType("y")
            .shape());
  }

  /** Counts windows one by one. */
  private static long slide(
      int length, int kernel, int stride, int dilation, int pad, boolean ceil) {
    int extent = dilation * (kernel - 1) + 1;
    long count = 0;
    for (int start = -pad; ; start += stride) {
      boolean fits = start + extent <= length + pad;
      boolean startsInside = start < length;
      boolean previousFell = start - stride + extent < length + pad;
      if (fits || (ceil && startsInside && count > 0 && previousFell)) {
        count++;
      } else {
        return count;
      }
    }
  }

  @Property(tries = 2000)
  void slicesCountAsALoopDoes(
      @ForAll @IntRange(min = 1, max = 12) int length,
      @ForAll @IntRange(min = -14, max = 14) int start,
      @ForAll @IntRange(min = -14, max = 14) int end,
      @ForAll @IntRange(min = -4, max = 4) int step) {
    if (step == 0) {
      return;
    }
    List<Integer> picked = new ArrayList<>();
    int from = clamp(start < 0 ? start + length : start, step > 0 ? length : length - 1, 0);
    int to = clamp(end < 0 ? end + length : end, step > 0 ? length : length - 1, step > 0 ? 0 : -1);
    for (int at = from; step > 0 ? at < to : at > to; at += step) {
      picked.add(at);
    }
    SymbolicInteger numbers = slice(SymbolicInteger.of(length), start, end, step);
    assertThat(numbers.constant()).isEqualTo(picked.size());
    SymbolicInteger symbolic = slice(SymbolicInteger.symbol("n"), start, end, step);
    if (!symbolic.isUnknown()) {
      assertThat(symbolic.evaluate(Map.of("n", (long) length)))
          .as(symbolic.toString())
          .isEqualTo(picked.size());
    }
  }

  private static SymbolicInteger slice(SymbolicInteger whole, int start, int end, int step) {
    return Slices.length(
        whole, SymbolicInteger.of(start), SymbolicInteger.of(end), SymbolicInteger.of(step));
  }

  private static int clamp(int value, int highest, int lowest) {
    return Math.max(lowest, Math.min(highest, value));
  }
}
