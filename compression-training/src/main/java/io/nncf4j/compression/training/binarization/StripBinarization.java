package io.nncf4j.compression.training.binarization;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.BinaryActivation;
import io.nncf4j.engines.libtorch.operators.BinaryWeight;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Replaces the nodes of binarization by what they compute.
 *
 * <pre>
 *   BinaryWeight(W)        becomes   the constant sign(W) · scale
 *   BinaryActivation(x)    becomes   Mul(Cast(Greater(x, limits)), scale)
 * </pre>
 */
final class StripBinarization {
  private StripBinarization() {}

  /**
   * @param disabled nodes that are switched off, of which nothing stays
   */
  static Model apply(Model trained, Set<String> disabled) {
    Graph graph = trained.graph();
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : graph.nodes()) {
      if (disabled.contains(node.name())) {
        replace(editor, node, node.input(0));
      } else if (BinaryWeight.is(node)) {
        Tensor weight = Objects.requireNonNull(graph.constant(node.input(0)));
        Tensor binary = BinaryWeight.binary(node, weight);
        if (graph.hasSingleUse(node.input(0))) {
          replace(editor, node, node.input(0));
          editor.constant(node.input(0), binary);
        } else {
          replace(editor, node, editor.addConstant(node.output(0), binary));
        }
      } else if (BinaryActivation.is(node)) {
        activation(editor, graph, node);
      }
    }
    return trained.withGraph(editor.removeUnused().build());
  }

  private static void replace(GraphEditor editor, Node node, String value) {
    for (String reader : new ArrayList<>(editor.readers(node.output(0)))) {
      editor.redirect(reader, node.output(0), value);
    }
    editor.remove(node.name());
  }

  private static void activation(GraphEditor editor, Graph graph, Node node) {
    Tensor logScale =
        Objects.requireNonNull(graph.constant(node.input(BinaryActivation.LOG_SCALE)));
    Tensor logits = Objects.requireNonNull(graph.constant(node.input(BinaryActivation.LOGITS)));
    String limits =
        editor.addConstant(node.name() + ".limits", BinaryActivation.limits(logScale, logits));
    String scale =
        editor.addConstant(
            node.name() + ".scale",
            Tensor.ofFloats(new float[] {BinaryActivation.scale(logScale)}, 1));
    TensorType type = graph.tensorType(node.output(0));
    String above = editor.freshName(node.name() + ".above");
    String bit = editor.freshName(node.name() + ".bit");
    String output = editor.freshName(node.output(0));
    add(editor, "Greater", Attributes.NONE, List.of(node.input(0), limits), above);
    add(
        editor,
        "Cast",
        Attributes.NONE.with("to", (long) DataType.FLOAT32.onnxNumber()),
        List.of(above),
        bit);
    add(editor, "Mul", Attributes.NONE, List.of(bit, scale), output);
    editor.type(above, type.withDataType(DataType.BOOL));
    editor.type(bit, type);
    editor.type(output, type);
    replace(editor, node, output);
  }

  private static void add(
      GraphEditor editor, String type, Attributes attributes, List<String> inputs, String output) {
    editor.add(
        Node.onnx(
            editor.freshName(output + "." + type), type, attributes, inputs, List.of(output)));
  }
}
