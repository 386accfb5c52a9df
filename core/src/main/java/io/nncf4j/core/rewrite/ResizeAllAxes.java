package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a Resize that names its axes a target for every axis instead.
 *
 * <pre>
 *   Resize(x: [1, 8, 13, 13], sizes = [26, 26], axes = [2, 3])
 *   Resize(x: [1, 8, 13, 13], sizes = [1, 8, 26, 26])
 * </pre>
 *
 * <p>ONNX Runtime 1.26 moves the channels of quantized pictures to the end and then permutes the
 * targets as if there was one for each axis: with {@code axes} such a model fails to load or to
 * run. Lengths that are not known are taken from the shape of what is resized. Types must be
 * recorded; a Resize of unknown rank, one that keeps the ratio of lengths and one that crops stay.
 */
public record ResizeAllAxes() implements Pass {
  private static final int SCALES = 2;
  private static final int SIZES = 3;

  @Override
  public PassResult apply(Model model) {
    return Scope.rewrite(model, ResizeAllAxes::rewrite);
  }

  private static Graph rewrite(Scope scope) {
    GraphEditor editor = scope.editor();
    boolean changed = false;
    for (Node node : scope.graph().nodes()) {
      if (node.is("Resize") && node.attributes().has("axes")) {
        changed |= widen(scope, node, editor);
      }
    }
    return changed ? editor.removeUnused().build() : scope.graph();
  }

  private static boolean widen(Scope scope, Node node, GraphEditor editor) {
    Shape shape = scope.tensorType(node.input(0)).shape();
    int index = node.hasInput(SIZES) ? SIZES : SCALES;
    if (shape == null
        || node.hasInput(1)
        || !node.stringAttribute("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
      return false;
    }
    int rank = shape.rank();
    long[] axes =
        Arrays.stream(node.intsAttribute("axes"))
            .map(axis -> axis < 0 ? axis + rank : axis)
            .toArray();
    Tensor target = scope.constant(node.input(index));
    Tensor whole =
        target == null
            ? null
            : index == SIZES ? sizes(shape, axes, target) : scales(rank, axes, target);
    String value;
    if (whole != null) {
      value = editor.freshName(node.output(0) + "/target");
      editor.constant(value, whole);
    } else if (areLast(axes, rank)) {
      value = joined(node, rank - axes.length, index, editor);
    } else {
      return false;
    }
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(index, value);
    editor.replace(node.withInputs(inputs).withAttributes(node.attributes().without("axes")));
    return true;
  }

  private static @Nullable Tensor sizes(Shape shape, long[] axes, Tensor target) {
    long[] all = new long[shape.rank()];
    for (int axis = 0; axis < all.length; axis++) {
      all[axis] = shape.get(axis).lengthOrMinusOne();
    }
    for (int place = 0; place < axes.length; place++) {
      all[(int) axes[place]] = target.longAt(place);
    }
    return Arrays.stream(all).anyMatch(length -> length < 0) ? null : Tensor.vector(all);
  }

  private static Tensor scales(int rank, long[] axes, Tensor target) {
    double[] all = new double[rank];
    Arrays.fill(all, 1);
    for (int place = 0; place < axes.length; place++) {
      all[(int) axes[place]] = target.doubleAt(place);
    }
    return Tensor.ofDoubles(DataType.FLOAT32, all, rank);
  }

  private static boolean areLast(long[] axes, int rank) {
    for (int place = 0; place < axes.length; place++) {
      if (axes[place] != rank - axes.length + place) {
        return false;
      }
    }
    return axes.length > 0;
  }

  /** The lengths, or ones, of the axes in front, and the target of the others behind them. */
  private static String joined(Node node, int first, int index, GraphEditor editor) {
    String front = editor.freshName(node.output(0) + "/front");
    if (index == SIZES) {
      Attributes range = Attributes.NONE.with("start", 0L).with("end", (long) first);
      editor.add(Node.onnx(front, "Shape", range, List.of(node.input(0)), List.of(front)));
    } else {
      float[] ones = new float[first];
      Arrays.fill(ones, 1);
      editor.constant(front, Tensor.ofFloats(ones, first));
    }
    String all = editor.freshName(node.output(0) + "/target");
    editor.add(
        Node.onnx(
            all,
            "Concat",
            Attributes.NONE.with("axis", 0L),
            List.of(front, node.input(index)),
            List.of(all)));
    return all;
  }
}
