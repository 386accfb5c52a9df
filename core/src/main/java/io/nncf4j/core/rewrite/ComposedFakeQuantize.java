package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;

/**
 * FakeQuantize in elementary ONNX operators, for ranges that no zero point expresses (zero is not a
 * level, or input and output differ in more than scale) and ranges that are computed. The formula
 * is that of {@link FakeQuantize}; no runtime fuses it into integer kernels.
 */
final class ComposedFakeQuantize {
  private final GraphEditor editor;
  private final Node node;
  private final DataType type;

  private ComposedFakeQuantize(GraphEditor editor, Node node, DataType type) {
    this.editor = editor;
    this.node = node;
    this.type = type;
  }

  /** Replaces the node; {@code type} is the element type of its input. */
  static void replace(GraphEditor editor, Node node, DataType type) {
    editor.remove(node.name());
    new ComposedFakeQuantize(editor, node, type).compose();
  }

  private void compose() {
    String x = node.input(0);
    String low = node.input(1);
    String high = node.input(2);
    String outputLow = node.input(3);
    String outputHigh = node.input(4);
    String steps =
        editor.addConstant(
            node.name() + ".steps",
            Tensor.ofDoubles(type, new double[] {node.intAttribute("levels", 256) - 1}));
    String part = add("Div", add("Sub", x, low), add("Sub", high, low));
    String level = add("Div", add("Round", add("Mul", part, steps)), steps);
    String inside = add("Add", add("Mul", level, add("Sub", outputHigh, outputLow)), outputLow);
    String above = add("Greater", x, add("Max", low, high));
    String below = add("LessOrEqual", x, add("Min", low, high));
    String bounded = add("Where", above, outputHigh, inside);
    add("Where", node.output(0), List.of(below, outputLow, bounded));
  }

  private String add(String operator, String... inputs) {
    return add(operator, editor.freshName(node.name() + "." + operator), List.of(inputs));
  }

  private String add(String operator, String output, List<String> inputs) {
    editor.add(
        new Node(
            editor.freshName(node.name() + "/" + operator),
            new OperatorType("", operator),
            Attributes.NONE,
            inputs,
            List.of(output)));
    return output;
  }
}
