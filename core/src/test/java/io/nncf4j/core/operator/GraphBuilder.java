package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds small graphs for tests in a few words. */
final class GraphBuilder {
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, ValueType> types = new LinkedHashMap<>();

  /** A float32 input; numbers are lengths, words symbols, {@code ?} unknown. */
  GraphBuilder input(String name, Object... shape) {
    return input(name, DataType.FLOAT32, shape);
  }

  GraphBuilder input(String name, DataType type, Object... shape) {
    inputs.add(new Value(name, new TensorType(type, shape(shape))));
    return this;
  }

  GraphBuilder untyped(String name) {
    inputs.add(new Value(name, null));
    return this;
  }

  static Shape shape(Object... lengths) {
    return new Shape(
        Arrays.stream(lengths)
            .map(
                length ->
                    length instanceof Number number
                        ? Dimension.of(number.longValue())
                        : length.equals("?")
                            ? Dimension.UNKNOWN
                            : Dimension.symbol(length.toString()))
            .toList());
  }

  GraphBuilder constant(String name, Tensor tensor) {
    constants.put(name, tensor);
    return this;
  }

  GraphBuilder weight(String name, long... shape) {
    return constant(
        name, Tensor.of(DataType.FLOAT32, shape, Tensor.allocate(DataType.FLOAT32, count(shape))));
  }

  private static long count(long... shape) {
    return Tensor.elementCount(shape);
  }

  GraphBuilder node(String type, String inputNames, String outputNames) {
    return node(type, Attributes.NONE, inputNames, outputNames);
  }

  /** Names are separated by blanks; {@code _} is an absent one. A dot sets the domain apart. */
  GraphBuilder node(String type, Attributes attributes, String inputNames, String outputNames) {
    int dot = type.lastIndexOf('.');
    OperatorType operator =
        dot < 0
            ? OperatorType.onnx(type)
            : new OperatorType(type.substring(0, dot), type.substring(dot + 1));
    nodes.add(
        new Node(
            "node" + nodes.size(), operator, attributes, names(inputNames), names(outputNames)));
    return this;
  }

  private static List<String> names(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(" ")).map(name -> name.equals("_") ? "" : name).toList();
  }

  GraphBuilder output(String name) {
    outputs.add(new Value(name, null));
    return this;
  }

  GraphBuilder output(String name, ValueType type) {
    outputs.add(new Value(name, type));
    return this;
  }

  GraphBuilder declare(String name, ValueType type) {
    types.put(name, type);
    return this;
  }

  Graph graph() {
    return new Graph("test", inputs, outputs, constants, nodes, types);
  }

  Model model() {
    return Model.of(graph()).withOpset("com.microsoft", 1).withOpset("io.nncf4j", 1);
  }

  /** The inferred type of a value, as text. */
  String infer(String value) {
    return String.valueOf(ShapeInference.infer(model()).graph().value(value).type());
  }
}
