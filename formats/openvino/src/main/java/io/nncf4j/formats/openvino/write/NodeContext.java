package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A node as its rule sees it: inputs as outputs of layers, and ways to add layers. A rule ends with
 * {@link #finish}, {@link #finishAll} or {@link #bind} for each output.
 */
final class NodeContext {
  private final GraphEncoder graph;
  private final Node node;

  NodeContext(GraphEncoder graph, Node node) {
    this.graph = graph;
    this.node = node;
  }

  Node node() {
    return node;
  }

  GraphEncoder graph() {
    return graph;
  }

  // Inputs.

  boolean hasInput(int index) {
    return node.hasInput(index);
  }

  Out input(int index) {
    if (!node.hasInput(index)) {
      throw new InputException("its input " + index + " is absent");
    }
    return graph.value(node.input(index));
  }

  List<Out> inputs() {
    List<Out> inputs = new ArrayList<>();
    for (int index = 0; index < node.inputs().size(); index++) {
      inputs.add(input(index));
    }
    return inputs;
  }

  TensorType type(int index) {
    return graph.type(node.input(index));
  }

  DataType dataType(int index) {
    DataType type = type(index).dataType();
    if (type == null) {
      throw new InexpressibleNodeException(
          "the element type of its input " + index + " is not known");
    }
    return type;
  }

  Shape shape(int index) {
    Shape shape = type(index).shape();
    if (shape == null) {
      throw new InexpressibleNodeException("the rank of its input " + index + " is not known");
    }
    return shape;
  }

  int rank(int index) {
    return shape(index).rank();
  }

  long[] lengths(int index) {
    Shape shape = shape(index);
    if (!shape.isStatic()) {
      throw new InexpressibleNodeException(
          "its input " + index + " has lengths that are not known: " + shape);
    }
    return shape.toArray();
  }

  @Nullable Tensor constantOrNull(int index) {
    return node.hasInput(index) ? graph.constant(node.input(index)) : null;
  }

  Tensor constant(int index) {
    Tensor constant = constantOrNull(index);
    if (constant == null) {
      throw new InexpressibleNodeException(
          "its input " + index + " is computed while running, OpenVINO wants it as a constant");
    }
    return constant;
  }

  TensorType outputType(int index) {
    TensorType type = graph.type(node.output(index));
    if (type.dataType() == null) {
      throw new InexpressibleNodeException("the element type of its output is not known");
    }
    return type;
  }

  int axis(String attribute, long absent, int rank) {
    return axis(node.intAttribute(attribute, absent), rank);
  }

  static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new InputException("axis " + axis + " is not one of " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  // Adding layers.

  static String list(long... values) {
    return Arrays.stream(values).mapToObj(Long::toString).collect(Collectors.joining(","));
  }

  static String flag(boolean value) {
    return value ? "true" : "false";
  }

  Out ints(long... values) {
    return graph.layers().constant(node.name() + "/constant", Tensor.vector(values));
  }

  Out integer(long value) {
    return graph.layers().constant(node.name() + "/constant", Tensor.scalar(value));
  }

  Out constant(Tensor tensor) {
    return graph.layers().constant(node.name() + "/constant", tensor);
  }

  Out scalar(DataType type, double value) {
    return constant(Tensor.ofDoubles(type, new double[] {value}));
  }

  Out emit(String type, int opset, Map<String, String> data, TensorType output, Out... inputs) {
    return graph
        .layers()
        .layer(node.name() + "/" + type, type, opset, data, Arrays.asList(inputs), List.of(output))
        .get(0);
  }

  Out emit(String type, int opset, TensorType output, Out... inputs) {
    return emit(type, opset, Map.of(), output, inputs);
  }

  List<Out> emitAll(
      String type, int opset, Map<String, String> data, List<TensorType> outputs, Out... inputs) {
    return graph
        .layers()
        .layer(node.name() + "/" + type, type, opset, data, Arrays.asList(inputs), outputs);
  }

  /** Element by element on values that broadcast to the type of the first output. */
  Out binary(String type, Out first, Out second, TensorType output) {
    return emit(type, 1, Map.of("auto_broadcast", "numpy"), output, first, second);
  }

  Out convert(Out value, DataType to) {
    if (value.dataType() == to) {
      return value;
    }
    return emit(
        "Convert",
        1,
        Map.of("destination_type", IrTypes.attribute(to)),
        value.type().withDataType(to),
        value);
  }

  Out reshape(Out value, long... shape) {
    return emit(
        "Reshape",
        1,
        Map.of("special_zero", "false"),
        TensorType.of(value.dataType(), shape),
        value,
        ints(shape));
  }

  /** The shape of a value as a vector of 64-bit integers. */
  Out shapeOf(Out value) {
    Shape shape = value.shape();
    TensorType type = new TensorType(DataType.INT64, shape == null ? null : Shape.of(shape.rank()));
    return emit("ShapeOf", 3, Map.of("output_type", "i64"), type, value);
  }

  /** Adds the layer that defines the first output. */
  Out finish(String type, int opset, Map<String, String> data, Out... inputs) {
    return finish(type, opset, data, Arrays.asList(inputs));
  }

  Out finish(String type, int opset, Map<String, String> data, List<Out> inputs) {
    return finishAll(type, opset, data, 1, inputs).get(0);
  }

  /** Adds the layer that defines the first {@code count} outputs. */
  List<Out> finishAll(
      String type, int opset, Map<String, String> data, int count, List<Out> inputs) {
    List<TensorType> outputs = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      outputs.add(node.output(index).isEmpty() ? outputTypeLike(index) : outputType(index));
    }
    List<Out> made = graph.layers().layer(node.name(), type, opset, data, inputs, outputs);
    for (int index = 0; index < count; index++) {
      bind(index, made.get(index));
    }
    return made;
  }

  /** Nobody asked for this output; OpenVINO has it all the same. */
  private TensorType outputTypeLike(int index) {
    throw new InexpressibleNodeException("its output " + index + " is left out");
  }

  void finishBinary(String type, Out first, Out second) {
    finish(type, 1, Map.of("auto_broadcast", "numpy"), first, second);
  }

  void bind(int index, Out out) {
    if (!node.output(index).isEmpty()) {
      graph.bind(node.output(index), out);
    }
  }

  /** True when something reads this output. */
  boolean isWanted(int index) {
    String name = node.output(index);
    return !name.isEmpty() && (!graph.graph().uses(name).isEmpty() || graph.graph().isOutput(name));
  }

  /** Axes as 0 to rank - 1. */
  static long[] normalized(long[] axes, int rank) {
    return LongStream.of(axes).map(axis -> axis(axis, rank)).toArray();
  }
}
