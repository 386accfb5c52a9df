package io.nncf4j.compression.training.trace;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Bodies;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Copies of one graph inside another, which share their constants. */
final class CopiedGraph {
  private final GraphEditor editor;
  private final Graph graph;
  private final Map<String, String> constants = new HashMap<>();

  CopiedGraph(GraphEditor editor, Graph graph) {
    this.editor = editor;
    this.graph = graph;
  }

  /**
   * Adds a copy. Names that are free are kept.
   *
   * @param arguments what stands for the graph's inputs
   * @return what stands for its outputs
   */
  List<String> add(List<String> arguments) {
    boolean isFirst = constants.isEmpty();
    if (isFirst) {
      graph
          .constants()
          .forEach((name, tensor) -> constants.put(name, editor.addConstant(name, tensor)));
    } else {
      requireNoBodies();
    }
    Map<String, String> names = new HashMap<>(constants);
    List<Value> inputs = graph.inputs();
    for (int index = 0; index < inputs.size(); index++) {
      names.put(inputs.get(index).name(), arguments.get(index));
    }
    graph.nodes().forEach(node -> copy(node, names));
    return graph.outputs().stream().map(output -> renamed(output.name(), names)).toList();
  }

  private void copy(Node node, Map<String, String> names) {
    List<String> inputs = node.inputs().stream().map(name -> renamed(name, names)).toList();
    Attributes attributes = node.attributes();
    for (Graph body : node.attributes().graphs()) {
      for (String outer : body.captured()) {
        attributes = Bodies.renameCaptured(attributes, outer, renamed(outer, names));
      }
    }
    List<String> outputs =
        node.outputs().stream()
            .map(
                name -> {
                  if (name.isEmpty()) {
                    return name;
                  }
                  String fresh = editor.freshName(name);
                  names.put(name, fresh);
                  return fresh;
                })
            .toList();
    editor.add(
        node.withName(editor.freshName(node.name()))
            .withInputs(inputs)
            .withAttributes(attributes)
            .withOutputs(outputs));
    // The types of ONNX operators are inferred again, from what they read here.
    for (int index = 0; index < outputs.size() && !node.operator().isOnnx(); index++) {
      if (!outputs.get(index).isEmpty()) {
        editor.type(outputs.get(index), graph.tensorType(node.output(index)));
      }
    }
  }

  private static String renamed(String name, Map<String, String> names) {
    return names.getOrDefault(name, name);
  }

  private void requireNoBodies() {
    for (Node node : graph.nodes()) {
      if (!node.attributes().graphs().isEmpty()) {
        throw new InputException(
            "The model is called twice and has a body in the node \""
                + node.name()
                + "\", whose names would stand there twice. Call it once");
      }
    }
  }
}
