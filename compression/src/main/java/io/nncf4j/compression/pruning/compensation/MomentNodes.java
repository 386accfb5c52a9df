package io.nncf4j.compression.pruning.compensation;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Adds the nodes that compute and correct moments of channels. */
final class MomentNodes {
  private final GraphEditor editor;

  MomentNodes(GraphEditor editor) {
    this.editor = editor;
  }

  /** The mean of each channel; lengths of the other axes become 1. */
  String mean(String value, int axis, int rank) {
    long[] axes = new long[rank - 1];
    int next = 0;
    for (int other = 0; other < rank; other++) {
      if (other != axis) {
        axes[next++] = other;
      }
    }
    String constant = editor.addConstant(value + "_axes", Tensor.vector(axes));
    return add("ReduceMean", value + "_mean", value, constant);
  }

  String square(String value) {
    return binary("Mul", value, value);
  }

  String binary(String type, String left, String right) {
    return add(type, left + "_" + type, left, right);
  }

  /** The deviation wanted over the one there is, at most {@code most}. */
  String factor(
      String variance, double[] deviations, double floor, double most, int axis, int rank) {
    String least = editor.addConstant(variance + "_floor", Tensor.scalar((float) floor));
    String limit = editor.addConstant(variance + "_most", Tensor.scalar((float) most));
    String wanted = editor.addConstant(variance + "_wanted", channels(deviations, axis, rank));
    String deviation = add("Sqrt", variance + "_root", binary("Max", variance, least));
    return binary("Min", add("Div", variance + "_factor", wanted, deviation), limit);
  }

  /** Adds a number to each channel and defines {@code result}. */
  void addTo(String value, double[] numbers, int axis, int rank, String result) {
    String constant = editor.addConstant(value + "_shift", channels(numbers, axis, rank));
    editor.add(
        Node.onnx(
            editor.freshName(value + "_shifted"),
            "Add",
            Attributes.NONE,
            List.of(value, constant),
            List.of(result)));
  }

  private static Tensor channels(double[] numbers, int axis, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[axis] = numbers.length;
    float[] values = new float[numbers.length];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) numbers[index];
    }
    return Tensor.ofFloats(values, shape);
  }

  private String add(String type, String wish, String... inputs) {
    String output = editor.freshName(wish);
    editor.add(
        Node.onnx(
            editor.freshName(output + "_node"),
            type,
            Attributes.NONE,
            List.of(inputs),
            List.of(output)));
    return output;
  }
}
