package io.nncf4j.compression.quantization.runtime;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.rewrite.Scope;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps convolutions and Gemms with float weights in float when they read dequantized values.
 *
 * <p>ONNX Runtime quantizes the float weights of such a node by itself, with one scale for the
 * whole tensor, when a QuantizeLinear follows; a layer that was left in float for the sake of
 * accuracy then is not. It does so only behind a DequantizeLinear with a scalar scale. One that
 * repeats the same scale for every channel computes the same values and is left alone.
 *
 * <pre>
 *   codes -- DequantizeLinear(s, z) -- Conv(float weights)
 *
 *   codes -- DequantizeLinear([s, ..., s], [z, ..., z], axis=1) -- Conv(float weights)
 * </pre>
 *
 * <p>The same where operators that the runtime moves a DequantizeLinear across, such as MaxPool,
 * stand between the two.
 */
public record KeepFloatIslands() implements Pass {
  @Override
  public PassResult apply(Model model) {
    return Scope.rewrite(model, KeepFloatIslands::rewrite);
  }

  private static Graph rewrite(Scope scope) {
    Graph graph = scope.graph();
    GraphEditor editor = scope.editor();
    Map<String, String> repeated = new HashMap<>();
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (!hasFloatWeights(scope, node)) {
        continue;
      }
      Node reader = firstBehindDequantizer(graph, node);
      Node dequantizer = graph.producer(reader.input(0));
      if (dequantizer == null || !dequantizer.is("DequantizeLinear")) {
        continue;
      }
      Tensor scale = scope.constant(dequantizer.input(1));
      if (scale == null || scale.size() != 1 || editor.node(reader.name()) != reader) {
        continue;
      }
      Repeat repeat = repeat(scope, node, reader);
      if (repeat != null) {
        String value =
            repeated.computeIfAbsent(
                dequantizer.output(0), key -> repeat(scope, editor, dequantizer, scale, repeat));
        editor.redirect(reader.name(), 0, value);
        changed = true;
      }
    }
    return changed ? editor.removeUnused().build() : graph;
  }

  private static boolean hasFloatWeights(Scope scope, Node node) {
    if (!node.is("Conv", "ConvTranspose", "Gemm")) {
      return false;
    }
    Tensor weight = scope.constant(node.input(1));
    return weight != null && weight.dataType() == DataType.FLOAT32;
  }

  /** The node itself, or the first of those in front of it that only move values. */
  private static Node firstBehindDequantizer(Graph graph, Node node) {
    Node at = node;
    while (true) {
      Node producer = graph.producer(at.input(0));
      if (producer == null || !movesValues(producer)) {
        return at;
      }
      at = producer;
    }
  }

  private static boolean movesValues(Node node) {
    return node.is(
        "MaxPool",
        "Reshape",
        "Flatten",
        "Transpose",
        "Squeeze",
        "Unsqueeze",
        "Slice",
        "Identity",
        "Dropout");
  }

  /** Along which axis, and how often. */
  private record Repeat(int axis, int count) {}

  /** An axis of known length above one: the runtime takes one scale in a vector for a scalar. */
  private static @Nullable Repeat repeat(Scope scope, Node node, Node reader) {
    Shape shape = scope.tensorType(reader.input(0)).shape();
    for (int axis = 1; shape != null && axis <= shape.rank(); axis++) {
      // The channels first, the batch last.
      Dimension dimension = shape.get(axis % shape.rank());
      if (dimension.lengthOrMinusOne() > 1) {
        return new Repeat(axis % shape.rank(), (int) dimension.lengthOrMinusOne());
      }
    }
    Tensor weight = scope.constant(node.input(1));
    if (reader != node || weight == null) {
      return null;
    }
    long channels =
        switch (node.type()) {
          case "Conv" -> weight.dimension(1) * node.intAttribute("group", 1);
          case "ConvTranspose" -> weight.dimension(0);
          default -> weight.dimension(node.intAttribute("transB", 0) == 1 ? 1 : 0);
        };
    boolean isMatrix = node.is("Gemm") && node.intAttribute("transA", 0) == 1;
    return channels > 1 ? new Repeat(isMatrix ? 0 : 1, (int) channels) : null;
  }

  private static String repeat(
      Scope scope, GraphEditor editor, Node dequantizer, Tensor scale, Repeat repeat) {
    String output = editor.freshName(dequantizer.output(0) + ".float");
    Tensor zeroPoint = scope.constant(dequantizer.input(2));
    String scales = editor.addConstant(output + ".scale", repeated(scale, repeat.count()));
    List<String> inputs =
        zeroPoint == null
            ? List.of(dequantizer.input(0), scales)
            : List.of(
                dequantizer.input(0),
                scales,
                editor.addConstant(output + ".zero_point", repeated(zeroPoint, repeat.count())));
    editor.add(
        Node.onnx(
            editor.freshName(dequantizer.name() + ".float"),
            "DequantizeLinear",
            Attributes.NONE.with("axis", (long) repeat.axis()),
            inputs,
            List.of(output)));
    editor.type(output, scope.tensorType(dequantizer.output(0)));
    return output;
  }

  private static Tensor repeated(Tensor one, int count) {
    double[] values = new double[count];
    Arrays.fill(values, one.doubleAt(0));
    return Tensor.ofDoubles(one.dataType(), values, count);
  }
}
