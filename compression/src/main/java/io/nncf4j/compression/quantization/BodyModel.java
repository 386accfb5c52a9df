package io.nncf4j.compression.quantization;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A body of If, Loop or Scan as a model of its own: what it reads of the graph around it comes in
 * as further inputs, and outer constants as its own constants.
 *
 * @param model the body, with types
 * @param attribute name of the attribute that holds it
 * @param captured outer values by the name of the input that brings them in
 */
record BodyModel(Model model, String attribute, Map<String, String> captured) {
  /** The body, or null when the type of something that it reads is not known. */
  static @Nullable BodyModel of(Model outer, Node node, String attribute) {
    Graph body = node.graphAttribute(attribute);
    GraphEditor editor = new GraphEditor(body);
    nameOutputs(body, editor);
    Map<String, String> captured = new LinkedHashMap<>();
    for (String value : body.captured()) {
      // Names that derive from this one then differ from all names outside.
      String inside = editor.freshName(node.name() + "." + attribute + "/" + value);
      Tensor constant = outer.graph().constantValue(value);
      if (constant != null) {
        editor.constant(inside, constant);
      } else {
        editor.input(new Value(inside, outer.graph().value(value).type()));
        captured.put(inside, value);
      }
      editor.redirect(value, inside);
    }
    Graph whole = editor.build();
    if (whole.inputs().stream().anyMatch(input -> input.tensorType().dataType() == null)) {
      return null;
    }
    return new BodyModel(
        ShapeInference.infer(new Model(whole, outer.opsets(), Map.of(), outer.producer())),
        attribute,
        captured);
  }

  /** Outputs that are inputs or outer values get a name of their own. */
  private static void nameOutputs(Graph body, GraphEditor editor) {
    List<Value> outputs = new ArrayList<>();
    for (Value output : body.outputs()) {
      if (body.producer(output.name()) != null || body.constant(output.name()) != null) {
        outputs.add(output);
        continue;
      }
      String name = editor.freshName(output.name() + ".handed_back");
      editor.add(
          Node.onnx(name, "Identity", Attributes.NONE, List.of(output.name()), List.of(name)));
      outputs.add(new Value(name, output.type()));
    }
    editor.outputs(outputs);
  }

  /** The body made of this model quantized: it reads the outer values again. */
  Graph asBody(Graph quantized) {
    GraphEditor editor = new GraphEditor(quantized);
    editor.inputs(
        quantized.inputs().stream().filter(input -> !captured.containsKey(input.name())).toList());
    captured.forEach((inside, outside) -> editor.redirect(inside, outside));
    return editor.build();
  }
}
