package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrBlob;
import io.nncf4j.formats.openvino.ir.IrLayer;
import io.nncf4j.formats.openvino.ir.IrTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer as its rule sees it: inputs as names of values, attributes by kind, and ways to emit
 * nodes. A rule ends with {@link #finish}, {@link #finishAll} or {@link #bind} for each output.
 */
final class LayerContext {
  private final GraphTranslator graph;
  private final IrLayer layer;
  final AttributeTexts data;

  LayerContext(GraphTranslator graph, IrLayer layer) {
    this.graph = graph;
    this.layer = layer;
    this.data = new AttributeTexts(layer);
  }

  IrLayer layer() {
    return layer;
  }

  GraphTranslator graph() {
    return graph;
  }

  boolean isLegacy() {
    return graph.network().isLegacy();
  }

  // Inputs.

  int inputCount() {
    return layer.inputs().size();
  }

  boolean hasInput(int index) {
    return graph.order().source(layer, index) != null;
  }

  String input(int index) {
    LayerOrder.Source source = graph.order().source(layer, index);
    if (source == null) {
      throw new InputException("its input " + index + " is joined to nothing");
    }
    return graph.value(source.layer(), source.port());
  }

  List<String> inputs() {
    List<String> inputs = new ArrayList<>();
    for (int index = 0; index < inputCount(); index++) {
      inputs.add(input(index));
    }
    return inputs;
  }

  TensorType type(int index) {
    return graph.typeOf(input(index));
  }

  /** Element type of an input; float32 when the file does not say. */
  DataType dataType(int index) {
    DataType type = type(index).dataType();
    return type == null ? DataType.FLOAT32 : type;
  }

  Shape shape(int index) {
    Shape shape = type(index).shape();
    if (shape == null) {
      throw new InexpressibleLayerException("the rank of its input " + index + " is not known");
    }
    return shape;
  }

  int rank(int index) {
    return shape(index).rank();
  }

  /** Lengths of an input of static shape. */
  long[] lengths(int index) {
    Shape shape = shape(index);
    if (!shape.isStatic()) {
      throw new InexpressibleLayerException(
          "its input " + index + " has lengths that are not known");
    }
    return shape.toArray();
  }

  @Nullable Tensor constantOrNull(int index) {
    return hasInput(index) ? graph.knownOf(input(index)) : null;
  }

  Tensor constant(int index) {
    Tensor tensor = constantOrNull(index);
    if (tensor == null) {
      throw new InexpressibleLayerException(
          "its input " + index + " is computed while running, ONNX wants it as a constant");
    }
    return tensor;
  }

  /** A constant of one element. */
  long integerInput(int index) {
    Tensor tensor = constant(index);
    if (tensor.size() != 1) {
      throw new InputException("its input " + index + " should be one number, found " + tensor);
    }
    return tensor.longAt(0);
  }

  float numberInput(int index, float absent) {
    if (!hasInput(index)) {
      return absent;
    }
    Tensor tensor = constant(index);
    if (tensor.size() != 1) {
      throw new InputException("its input " + index + " should be one number, found " + tensor);
    }
    return tensor.floatAt(0);
  }

  /** Number of input axis in 0 to rank - 1. */
  static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new InputException("axis " + axis + " is not one of " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Weights of a legacy layer, widened to float32 by a Cast where they are stored smaller. */
  @Nullable String blob(String name, long... shape) {
    IrBlob blob = layer.blobs().get(name);
    return blob == null ? null : emitStored(blobTensor(name, blob, shape), "/" + name);
  }

  /** Weights of a legacy layer as they are stored. */
  Tensor blobTensor(String name, IrBlob blob, long... shape) {
    DataType type =
        IrTypes.parse(blob.precision().isEmpty() ? layer.precision() : blob.precision());
    long elements = Tensor.elementCount(shape);
    // Biases of quantised layers and others may be stored wider than the layer says.
    if (elements > 0 && blob.size() == elements * 4 && type == DataType.FLOAT16) {
      type = DataType.FLOAT32;
    }
    return graph.weights().tensor(type, shape, blob.offset(), blob.size());
  }

  private String emitStored(Tensor tensor, String suffix) {
    return graph
        .stored()
        .emit(
            new StoredConstants.Stored(tensor, null, null, graph.widened(tensor.dataType())),
            graph.names().fresh(GraphTranslator.nodeName(layer) + suffix));
  }

  /** An input that holds weights, under another shape of as many elements. */
  String weights(int index, long... shape) {
    StoredConstants.Stored stored = graph.stored().behind(layer, index);
    StoredConstants.Stored reshaped =
        stored == null || stored.values().size() != Tensor.elementCount(shape)
            ? null
            : StoredConstants.reshaped(stored, shape);
    if (reshaped != null) {
      return graph
          .stored()
          .emit(reshaped, graph.names().fresh(GraphTranslator.nodeName(layer) + "/weights"));
    }
    return emit("Reshape", Attributes.NONE, input(index), ints(shape));
  }

  // Emitting.

  String ints(long... values) {
    return constant(Tensor.vector(values));
  }

  String constant(Tensor tensor) {
    return graph.constant(GraphTranslator.nodeName(layer) + "/constant", tensor);
  }

  /** A scalar of the element type of input {@code index}. */
  String scalarLike(int index, double value) {
    return scalar(dataType(index), value);
  }

  String scalar(DataType type, double value) {
    return constant(Tensor.ofDoubles(type, new double[] {value}));
  }

  /** Emits a node with one output and returns the name of its value. */
  String emit(String type, Attributes attributes, String... read) {
    return emit(type, attributes, 1, read).get(0);
  }

  String emit(String type, String... read) {
    return emit(type, Attributes.NONE, read);
  }

  List<String> emit(String type, Attributes attributes, int count, String... read) {
    String wish = GraphTranslator.nodeName(layer) + "/" + type;
    List<String> defined = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      defined.add(graph.names().fresh(wish));
    }
    graph.node(type, wish, attributes, Arrays.asList(read), defined);
    return defined;
  }

  /** Emits the node that defines the first output of the layer. */
  void finish(String type, Attributes attributes, String... read) {
    finish(type, attributes, Arrays.asList(read));
  }

  void finish(String type, Attributes attributes, List<String> read) {
    finishAll(type, attributes, 1, read);
  }

  /** Emits the node that defines the first {@code count} outputs of the layer. */
  void finishAll(String type, Attributes attributes, int count, List<String> read) {
    List<String> defined = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      if (index >= layer.outputs().size()) {
        throw new InputException("it should have " + count + " output ports");
      }
      String value = graph.nameOf(layer, index);
      graph.bind(layer, index, value);
      defined.add(value);
    }
    graph.node(type, GraphTranslator.nodeName(layer), attributes, read, defined);
  }

  /** Emits a node of another domain that defines the first output. */
  void finish(Node node) {
    graph.add(node);
  }

  /** Says that an output of the layer is this value. */
  void bind(int output, String value) {
    graph.bind(layer, output, value);
  }

  /** True when another layer reads this output. */
  boolean isRead(int output) {
    return output < layer.outputs().size()
        && graph.order().isRead(layer, layer.outputs().get(output));
  }
}
