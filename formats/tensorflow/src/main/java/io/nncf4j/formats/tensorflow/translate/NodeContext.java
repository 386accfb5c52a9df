package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node as its rule sees it: inputs in the layout that the rule wants, and ways to emit nodes. */
final class NodeContext {
  final NodeDefinition node;
  private final Translation translation;

  NodeContext(Translation translation, NodeDefinition node) {
    this.translation = translation;
    this.node = node;
  }

  Translation translation() {
    return translation;
  }

  // Inputs.

  int inputCount() {
    return node.inputs().size();
  }

  LaidOut input(int index) {
    if (index >= inputCount()) {
      throw new InexpressibleNodeException("it has only " + inputCount() + " inputs");
    }
    return translation.value(node.inputs().get(index));
  }

  /** An input as it stands in TensorFlow. */
  String plain(int index) {
    return translation.plain(input(index));
  }

  /** An input with channels in front of the lengths. */
  String channelsFirst(int index) {
    return translation.channelsFirst(input(index));
  }

  String channelsFirstOf(LaidOut value) {
    return translation.channelsFirst(value);
  }

  /** A picture: as it is where the node itself says that channels stand first. */
  String picture(int index) {
    return isChannelsFirst() ? plain(index) : channelsFirst(index);
  }

  boolean isChannelsFirst() {
    return node.text("data_format", "NHWC").startsWith("NC");
  }

  /** A list of numbers that the node gives in the order of its data format: the lengths alone. */
  long[] spatial(long[] all) {
    if (all.length < 3) {
      throw new InexpressibleNodeException("it has " + all.length + " numbers for its axes");
    }
    return isChannelsFirst()
        ? Arrays.copyOfRange(all, 2, all.length)
        : Arrays.copyOfRange(all, 1, all.length - 1);
  }

  @Nullable Tensor knownOrNull(int index) {
    return translation.graph().known(plain(index));
  }

  Tensor known(int index) {
    Tensor tensor = knownOrNull(index);
    if (tensor == null) {
      throw new InexpressibleNodeException("its input " + index + " is computed while running");
    }
    return tensor;
  }

  long[] integers(int index) {
    return known(index).toLongs();
  }

  long integer(int index) {
    long[] all = integers(index);
    if (all.length != 1) {
      throw new InexpressibleNodeException(
          "its input " + index + " should be one number, found " + all.length);
    }
    return all[0];
  }

  // Types.

  DataType dataType(String value) {
    DataType type = translation.graph().type(value).dataType();
    return type == null ? DataType.FLOAT32 : type;
  }

  Shape shape(String value) {
    Shape shape = translation.graph().type(value).shape();
    if (shape == null) {
      throw new InexpressibleNodeException("the rank of what it reads is not known");
    }
    return shape;
  }

  int rank(String value) {
    return shape(value).rank();
  }

  /** The length of an axis, or -1. */
  long length(String value, int axis) {
    Shape shape = translation.graph().type(value).shape();
    return shape == null || axis >= shape.rank() ? -1 : shape.get(axis).lengthOrMinusOne();
  }

  static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new InexpressibleNodeException("its axis " + axis + " is not one of " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  // Emitting.

  String emit(String type, Attributes attributes, String... read) {
    return translation.emit(type, node.name(), attributes, read);
  }

  String emit(String type, String... read) {
    return emit(type, Attributes.NONE, read);
  }

  List<String> emitAll(String type, Attributes attributes, int count, List<String> read) {
    return translation.graph().emit(type, node.name() + "/" + type, attributes, read, count);
  }

  /** The node that makes the result; its value has the node's name. */
  String last(String type, Attributes attributes, String... read) {
    return translation.graph().emit(type, node.name(), attributes, Arrays.asList(read), 1).get(0);
  }

  String last(String type, String... read) {
    return last(type, Attributes.NONE, read);
  }

  String ints(long... values) {
    return translation.ints(values);
  }

  String constant(Tensor tensor) {
    return translation.graph().constant(node.name() + "/constant", tensor);
  }

  String scalar(DataType type, double value) {
    return constant(Tensor.ofDoubles(type, new double[] {value}));
  }

  String cast(String value, DataType to) {
    return dataType(value) == to
        ? value
        : emit("Cast", Attributes.NONE.with("to", (long) to.onnxNumber()), value);
  }

  // Results.

  void result(int output, LaidOut value) {
    translation.define(node.name() + ":" + output, value);
  }

  void result(LaidOut value) {
    result(0, value);
  }

  void plainResult(String value) {
    result(LaidOut.plain(value));
  }

  /** The result of a picture operator, in the layout that it was computed in. */
  void pictureResult(String value) {
    result(isChannelsFirst() ? LaidOut.plain(value) : LaidOut.channelsFirst(value));
  }

  /** True when another node reads an output. */
  boolean isRead(int output) {
    String reference = node.name() + ":" + output;
    return translation.flat().consumers(node.name()).stream()
        .anyMatch(each -> each.inputs().contains(reference));
  }

  /**
   * The bias that alone reads this node's output, when it is a constant; the caller adds it and
   * calls {@link #absorb}.
   */
  @Nullable NodeDefinition onlyBias() {
    List<NodeDefinition> readers = translation.flat().consumers(node.name());
    if (readers.size() != 1 || translation.isOutput(node.name() + ":0")) {
      return null;
    }
    NodeDefinition reader = readers.get(0);
    boolean adds = List.of("BiasAdd", "Add", "AddV2").contains(reader.operator());
    boolean first =
        reader.inputs().size() == 2 && reader.inputs().get(0).equals(node.name() + ":0");
    boolean sameFormat =
        !reader.operator().equals("BiasAdd")
            || reader.text("data_format", "NHWC").startsWith("NC") == isChannelsFirst();
    return adds
            && first
            && sameFormat
            && !(isChannelsFirst() && !reader.operator().equals("BiasAdd"))
        ? reader
        : null;
  }

  /** The constant vector that a node adds, when it has this many elements; else null. */
  @Nullable String biasOf(NodeDefinition reader, long channels) {
    String reference = reader.inputs().get(1);
    if (!translation.has(reference) || FlatGraph.nodeOf(reference).equals(node.name())) {
      return null;
    }
    LaidOut bias = translation.value(reference);
    if (!bias.isPlain() || !translation.graph().isConstant(bias.value())) {
      return null;
    }
    return rank(bias.value()) == 1 && length(bias.value(), 0) == channels ? bias.value() : null;
  }

  /** Gives the result of this node to the reader, too, whose work it did. */
  void absorb(NodeDefinition reader, LaidOut value) {
    translation.define(reader.name() + ":0", value);
    translation.absorb(reader.name());
  }
}
