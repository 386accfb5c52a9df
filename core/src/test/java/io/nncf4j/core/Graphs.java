package io.nncf4j.core;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;

/** Builds small graphs for tests, one line for each node. */
public final class Graphs {
  private final GraphEditor editor;

  private Graphs(String name) {
    editor = GraphEditor.empty(name);
  }

  public static Graphs graph() {
    return new Graphs("test");
  }

  public static Graphs graph(String name) {
    return new Graphs(name);
  }

  public Graphs input(String name, long... shape) {
    return input(name, TensorType.of(DataType.FLOAT32, shape));
  }

  public Graphs input(String name, ValueType type) {
    editor.input(new Value(name, type));
    return this;
  }

  public Graphs constant(String name, Tensor tensor) {
    editor.constant(name, tensor);
    return this;
  }

  /** A node named like its first output; inputs and outputs are separated by spaces. */
  public Graphs node(String outputs, String type, String inputs) {
    return node(outputs, type, inputs, Attributes.NONE);
  }

  public Graphs node(String outputs, String type, String inputs, Attributes attributes) {
    List<String> names = split(outputs);
    return node(Node.onnx(names.get(0) + "_node", type, attributes, split(inputs), names));
  }

  public Graphs node(Node node) {
    editor.add(node);
    return this;
  }

  public Graphs type(String value, DataType type, long... shape) {
    editor.type(value, TensorType.of(type, shape));
    return this;
  }

  public Graphs output(String name) {
    editor.output(new Value(name, null));
    return this;
  }

  public Graphs output(String name, long... shape) {
    editor.output(new Value(name, TensorType.of(DataType.FLOAT32, shape)));
    return this;
  }

  public Graph build() {
    return editor.build();
  }

  public Model model() {
    return Model.of(build());
  }

  public GraphEditor editor() {
    return editor;
  }

  /** Attributes of one or more pairs of name and value (Long, long[], Float, String, Graph). */
  public static Attributes with(Object... pairs) {
    Attributes attributes = Attributes.NONE;
    for (int index = 0; index < pairs.length; index += 2) {
      String name = (String) pairs[index];
      Object value = pairs[index + 1];
      if (value instanceof Number integer && !(value instanceof Float)) {
        attributes = attributes.with(name, integer.longValue());
      } else if (value instanceof long[] integers) {
        attributes = attributes.with(name, integers);
      } else if (value instanceof Float real) {
        attributes = attributes.with(name, real);
      } else if (value instanceof Graph graph) {
        attributes = attributes.with(name, Attribute.of(graph));
      } else if (value instanceof Tensor tensor) {
        attributes = attributes.with(name, Attribute.of(tensor));
      } else {
        attributes = attributes.with(name, (String) value);
      }
    }
    return attributes;
  }

  private static List<String> split(String names) {
    return names.isEmpty()
        ? List.of()
        : java.util.Arrays.stream(names.split(" "))
            .map(name -> name.equals("_") ? "" : name)
            .toList();
  }
}
