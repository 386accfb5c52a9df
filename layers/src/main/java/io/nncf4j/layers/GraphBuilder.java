package io.nncf4j.layers;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;

/**
 * Builds a graph layer by layer. Weights are initialised from a seed and their own name, so that
 * the same network with the same seed has the same bytes whatever stands beside a layer.
 */
public final class GraphBuilder {
  private final GraphEditor editor;
  private final long seed;

  public GraphBuilder(String name, long seed) {
    this.editor = GraphEditor.empty(name);
    this.seed = seed;
  }

  /** A network of one float input and one output. */
  public static Model network(
      String name, long seed, String input, Shape shape, Layer layer, String output) {
    GraphBuilder builder = new GraphBuilder(name, seed);
    builder.input(input, shape);
    String result = layer.build(builder, input);
    builder.output(builder.identity(result, output));
    return Model.of(builder.finish());
  }

  /** Declares a float32 input and returns its name. */
  public String input(String name, Shape shape) {
    return input(name, new TensorType(DataType.FLOAT32, shape));
  }

  public String input(String name, TensorType type) {
    editor.input(new Value(name, type));
    return name;
  }

  public void output(String value) {
    editor.output(new Value(value, new TensorType(DataType.FLOAT32, null)));
  }

  /** Gives {@code value} another name. */
  public String identity(String value, String name) {
    editor.add(
        Node.onnx(
            editor.freshName(name + "/identity"),
            "Identity",
            Attributes.NONE,
            List.of(value),
            List.of(name)));
    return name;
  }

  /** Adds a weight of this name, filled by {@code initializer}. */
  public String parameter(String name, Initializer initializer, long... shape) {
    return constant(name, initializer.create(shape, seedOf(name)));
  }

  private long seedOf(String name) {
    return seed * 0x9E3779B97F4A7C15L + name.hashCode();
  }

  public String constant(String name, Tensor tensor) {
    editor.constant(name, tensor);
    return name;
  }

  /** Adds a node with one output and returns the output's name. */
  public String node(String name, String type, Attributes attributes, String... inputs) {
    String nodeName = editor.freshName(name);
    String output = editor.freshName(nodeName + "/output");
    editor.add(Node.onnx(nodeName, type, attributes, List.of(inputs), List.of(output)));
    return output;
  }

  public Graph finish() {
    return editor.build();
  }
}
