package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.aten.AtenValue.Length;
import io.nncf4j.formats.pytorch.aten.AtenValue.Many;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import io.nncf4j.formats.pytorch.aten.AtenValue.Whole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One call of an operator as its rule sees it: arguments by name, and ways to emit nodes. */
public final class AtenCall {
  private final GraphComposer graph;
  private final String name;
  private final Map<String, AtenValue> arguments;
  private final LongFunction<DataType> types;
  private List<AtenValue> results = List.of();
  private List<String> grid = List.of();

  /**
   * @param name of the node, from which names of values are made
   * @param types element types by the numbers that the file uses
   */
  public AtenCall(
      GraphComposer graph,
      String name,
      Map<String, AtenValue> arguments,
      LongFunction<DataType> types) {
    this.graph = graph;
    this.name = name;
    this.arguments = arguments;
    this.types = types;
  }

  public GraphComposer graph() {
    return graph;
  }

  /** What came out, after the rule. */
  public List<AtenValue> results() {
    return results;
  }

  // Arguments.

  AtenValue argument(String parameter) {
    return arguments.getOrDefault(parameter, AtenValue.NOTHING);
  }

  boolean has(String parameter) {
    return !(argument(parameter) instanceof AtenValue.Nothing);
  }

  InexpressibleCallException unexpected(String parameter, String expected) {
    return new InexpressibleCallException(
        "its argument " + parameter + " should be " + expected + ", found " + argument(parameter));
  }

  String tensor(String parameter) {
    if (argument(parameter) instanceof TensorValue tensor) {
      return tensor.value();
    }
    throw unexpected(parameter, "a tensor");
  }

  @Nullable String tensorOrNull(String parameter) {
    return has(parameter) ? tensor(parameter) : null;
  }

  List<String> tensors(String parameter) {
    List<String> values = new ArrayList<>();
    for (AtenValue item : many(parameter)) {
      if (!(item instanceof TensorValue tensor)) {
        throw unexpected(parameter, "a list of tensors");
      }
      values.add(tensor.value());
    }
    return values;
  }

  List<AtenValue> many(String parameter) {
    AtenValue value = argument(parameter);
    if (value instanceof Many many) {
      return many.items();
    }
    if (value instanceof Whole || value instanceof Length) {
      return List.of(value);
    }
    throw unexpected(parameter, "a list");
  }

  long whole(String parameter, long absent) {
    AtenValue value = argument(parameter);
    if (value instanceof Whole whole) {
      return whole.value();
    }
    if (value instanceof AtenValue.Flag flag) {
      return flag.value() ? 1 : 0;
    }
    if (value instanceof AtenValue.Nothing) {
      return absent;
    }
    throw unexpected(parameter, "an integer");
  }

  boolean flag(String parameter, boolean absent) {
    return whole(parameter, absent ? 1 : 0) != 0;
  }

  /**
   * @throws InexpressibleCallException when an argument that only training has is set
   */
  void refuseTraining(String parameter) {
    if (flag(parameter, false)) {
      throw new InexpressibleCallException(
          "its argument "
              + parameter
              + " is true: it computes as in training; export the model after model.eval()");
    }
  }

  double real(String parameter, double absent) {
    AtenValue value = argument(parameter);
    return value instanceof AtenValue.Real real
        ? real.value()
        : has(parameter) ? whole(parameter, 0) : absent;
  }

  String text(String parameter, String absent) {
    return argument(parameter) instanceof AtenValue.Text text ? text.value() : absent;
  }

  /** A list of integers; one integer stands for {@code count} equal ones. */
  long[] wholes(String parameter, int count, long absent) {
    if (!has(parameter)) {
      long[] all = new long[count];
      Arrays.fill(all, absent);
      return all;
    }
    long[] found = wholes(parameter);
    if (found.length == 1 && count > 1) {
      long[] all = new long[count];
      Arrays.fill(all, found[0]);
      return all;
    }
    if (found.length != count) {
      throw unexpected(parameter, count + " integers");
    }
    return found;
  }

  long[] wholes(String parameter) {
    return many(parameter).stream()
        .mapToLong(
            item -> {
              if (item instanceof Whole whole) {
                return whole.value();
              }
              throw unexpected(parameter, "a list of known integers");
            })
        .toArray();
  }

  /** The element type that an argument asks for, or null. */
  @Nullable DataType dataTypeArgument(String parameter) {
    return has(parameter) ? types.apply(whole(parameter, 0)) : null;
  }

  // Types.

  TensorType type(String value) {
    return graph.type(value);
  }

  DataType dataType(String value) {
    DataType type = graph.type(value).dataType();
    return type == null ? DataType.FLOAT32 : type;
  }

  Shape shape(String value) {
    Shape shape = graph.type(value).shape();
    if (shape == null) {
      throw new InexpressibleCallException("the rank of what it reads is not known");
    }
    return shape;
  }

  int rank(String value) {
    return shape(value).rank();
  }

  /** The length of an axis, or -1. */
  long length(String value, int axis) {
    Shape shape = graph.type(value).shape();
    return shape == null || axis >= shape.rank() ? -1 : shape.get(axis).lengthOrMinusOne();
  }

  /** An axis argument, counted from 0. */
  int axis(String parameter, long absent, String value) {
    return axis(whole(parameter, absent), rank(value));
  }

  static int axis(long axis, int rank) {
    if (axis < -Math.max(1, rank) || axis >= Math.max(1, rank)) {
      throw new InexpressibleCallException("its axis " + axis + " is not one of " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  // Emitting.

  String constant(Tensor tensor) {
    return graph.constant(name + "/constant", tensor);
  }

  String ints(long... values) {
    return constant(Tensor.vector(values));
  }

  String scalar(DataType type, double value) {
    return constant(Tensor.ofDoubles(type, new double[] {value}));
  }

  String emit(String type, Attributes attributes, String... read) {
    return emitAll(type, attributes, 1, Arrays.asList(read)).get(0);
  }

  String emit(String type, String... read) {
    return emit(type, Attributes.NONE, read);
  }

  List<String> emitAll(String type, Attributes attributes, int count, List<String> read) {
    return graph.emit(type, name + "/" + type, attributes, read, count);
  }

  String cast(String value, DataType to) {
    return graph.type(value).dataType() == to
        ? value
        : emit("Cast", Attributes.NONE.with("to", (long) to.onnxNumber()), value);
  }

  /** The node that makes the one result; its value has the name of the call. */
  void finish(String type, Attributes attributes, String... read) {
    finish(type, attributes, Arrays.asList(read));
  }

  void finish(String type, String... read) {
    finish(type, Attributes.NONE, read);
  }

  void finish(String type, Attributes attributes, List<String> read) {
    result(graph.emit(type, name, attributes, read, 1).get(0));
  }

  void result(String... values) {
    results = Arrays.stream(values).map(value -> (AtenValue) new TensorValue(value)).toList();
  }

  void result(AtenValue value) {
    results = List.of(value);
  }

  void resultList(List<String> values) {
    result(new Many(values.stream().map(value -> (AtenValue) new TensorValue(value)).toList()));
  }

  /** The result on a grid: quantised, and back to reals at once. */
  void quantized(String real, String scale, String zero) {
    String integers = emit("QuantizeLinear", real, scale, zero);
    finish("DequantizeLinear", integers, scale, zero);
    grid = List.of(scale, zero);
  }

  /** Scale and zero point of the result; empty when it is on no grid. */
  List<String> grid() {
    return grid;
  }

  // Sizes.

  /** The length of an axis: known, or computed at run time. */
  AtenValue lengthOf(String value, int axis) {
    Shape shape = shape(value);
    Dimension dimension = shape.get(axis);
    if (dimension.isKnown()) {
      return new Whole(dimension.lengthOrMinusOne());
    }
    String all = emit("Shape", value);
    return new Length(emit("Gather", all, scalar(DataType.INT64, axis)));
  }

  /** An int64 scalar in the graph. */
  String number(AtenValue value) {
    if (value instanceof Length length) {
      return length.value();
    }
    if (value instanceof Whole whole) {
      return scalar(DataType.INT64, whole.value());
    }
    throw new InexpressibleCallException("an integer should stand where " + value + " is");
  }

  /** A vector of sizes, -1 as it stands. */
  String sizes(List<AtenValue> items) {
    if (items.stream().allMatch(Whole.class::isInstance)) {
      return ints(items.stream().mapToLong(item -> ((Whole) item).value()).toArray());
    }
    List<String> parts = new ArrayList<>();
    for (AtenValue item : items) {
      parts.add(
          item instanceof Whole whole
              ? ints(whole.value())
              : emit("Unsqueeze", number(item), ints(0)));
    }
    return emitAll("Concat", Attributes.NONE.with("axis", 0L), 1, parts).get(0);
  }

  /** The target of a Reshape: one length that is not known becomes -1 where that is free. */
  String target(List<AtenValue> items) {
    long open = items.stream().filter(item -> !(item instanceof Whole)).count();
    boolean inferred = items.stream().anyMatch(item -> item instanceof Whole w && w.value() < 0);
    boolean empty = items.stream().anyMatch(item -> item instanceof Whole w && w.value() == 0);
    if (open == 1 && !inferred && !empty) {
      return ints(
          items.stream().mapToLong(item -> item instanceof Whole w ? w.value() : -1).toArray());
    }
    return sizes(items);
  }
}
