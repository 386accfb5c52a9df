package io.nncf4j.compression.training.binarization;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores weights of convolutions that are a sign times a scale of the filter as one bit an element,
 * and makes the floats of them in the graph, which runtimes do once, when they load it.
 *
 * <pre>
 *   Conv(x, W)
 *
 *   uint8 [N/8, 1] -- Cast -- Div(2^0 … 2^7) -- Floor -- Mod(2) -- Sub(½) -- Reshape -- Mul(2·scale)
 *     -- Conv(x, ·)
 * </pre>
 *
 * All of it is exact: the same floats come out.
 */
record PackBinaryWeights() implements Pass {
  private static final int BITS = 8;

  @Override
  public PassResult apply(Model model) {
    Graph graph = model.graph();
    GraphEditor editor = new GraphEditor(graph);
    boolean any = false;
    for (Node node : graph.nodes()) {
      Tensor weight = node.is("Conv") ? graph.constant(node.input(1)) : null;
      float @Nullable [] scales = weight == null ? null : scales(weight);
      if (weight != null && scales != null && graph.hasSingleUse(node.input(1))) {
        String made = new Unpacking(editor, node.input(1)).of(weight, scales);
        editor.redirect(node.name(), 1, made);
        any = true;
      }
    }
    return any ? PassResult.of(model, editor.removeUnused().build()) : PassResult.unchanged(model);
  }

  /** The magnitude of each filter; null when a filter has several, or bytes would not be full. */
  private static float @Nullable [] scales(Tensor weight) {
    if (weight.dataType() != DataType.FLOAT32 || weight.size() % BITS != 0 || weight.rank() < 3) {
      return null;
    }
    float[] values = weight.toFloats();
    float[] scales = new float[(int) weight.dimension(0)];
    int inner = values.length / scales.length;
    for (int index = 0; index < values.length; index++) {
      float magnitude = Math.abs(values[index]);
      if (index % inner == 0) {
        scales[index / inner] = magnitude;
      } else if (scales[index / inner] != magnitude) {
        return null;
      }
    }
    return scales;
  }

  /** The nodes that make one weight. */
  private record Unpacking(GraphEditor editor, String weight) {
    String of(Tensor values, float[] scales) {
      byte[] packed = new byte[values.size() / BITS];
      for (int index = 0; index < values.size(); index++) {
        if (values.floatAt(index) > 0) {
          packed[index / BITS] |= (byte) (1 << index % BITS);
        }
      }
      float[] powers = new float[BITS];
      for (int bit = 0; bit < BITS; bit++) {
        powers[bit] = 1 << bit;
      }
      float[] doubled = scales.clone();
      for (int filter = 0; filter < doubled.length; filter++) {
        doubled[filter] *= 2;
      }
      long[] shape = values.shape();
      long[] byFilter = new long[shape.length];
      java.util.Arrays.fill(byFilter, 1);
      byFilter[0] = shape[0];
      long[] bytes = {packed.length, 1};
      long[] bits = {packed.length, BITS};
      String bitsOf = constant(".bits", Tensor.ofBytes(DataType.UINT8, packed, bytes));
      Attributes toFloat = Attributes.NONE.with("to", (long) DataType.FLOAT32.onnxNumber());
      String numbers = node("Cast", toFloat, bytes, bitsOf);
      String shifted =
          node("Div", bits, numbers, constant(".powers", Tensor.ofFloats(powers, 1, BITS)));
      String whole = node("Floor", bits, shifted);
      String lowest =
          node("Mod", Attributes.NONE.with("fmod", 1L), bits, whole, constant(".two", number(2)));
      String half = node("Sub", bits, lowest, constant(".half", number(0.5f)));
      String ordered = node("Reshape", shape, half, constant(".shape", Tensor.vector(shape)));
      return node("Mul", shape, ordered, constant(".scale", Tensor.ofFloats(doubled, byFilter)));
    }

    private static Tensor number(float value) {
      return Tensor.ofFloats(new float[] {value}, 1);
    }

    private String constant(String ending, Tensor value) {
      return editor.addConstant(weight + ending, value);
    }

    private String node(String type, long[] shape, String... inputs) {
      return node(type, Attributes.NONE, shape, inputs);
    }

    private String node(String type, Attributes attributes, long[] shape, String... inputs) {
      String output = editor.freshName(weight + "." + type);
      editor.add(
          Node.onnx(
              editor.freshName(output + ".unpacking"),
              type,
              attributes,
              List.of(inputs),
              List.of(output)));
      editor.type(output, new TensorType(DataType.FLOAT32, Shape.of(shape)));
      return output;
    }
  }
}
