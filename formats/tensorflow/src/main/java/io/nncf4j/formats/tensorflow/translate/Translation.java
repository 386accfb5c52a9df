package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The state of one translation: what each output of TensorFlow's nodes is, and its other forms. */
final class Translation {
  private final FlatGraph flat;
  private final GraphComposer graph;
  private final Map<String, LaidOut> values = new HashMap<>();
  private final Map<String, String> turned = new HashMap<>();
  private final Set<String> absorbed = new HashSet<>();
  private final Set<String> dead = new HashSet<>();
  private final Map<String, Dilation> dilations = new HashMap<>();
  private final Map<String, Map<String, Integer>> sides = new HashMap<>();
  private final Set<String> outputs;

  private final Caller caller;

  Translation(FlatGraph flat, GraphComposer graph, Set<String> outputs, Caller caller) {
    this.flat = flat;
    this.graph = graph;
    this.outputs = outputs;
    this.caller = caller;
  }

  /** Puts the nodes of a function into a graph: this one, or a body of one of its nodes. */
  @FunctionalInterface
  interface Caller {
    /**
     * @param arguments values of {@code target}, or of a graph around it
     * @return values of {@code target}, or of a graph around it, for its results
     */
    List<LaidOut> call(String function, GraphComposer target, List<LaidOut> arguments);
  }

  List<LaidOut> call(String function, GraphComposer target, List<LaidOut> arguments) {
    return caller.call(function, target, arguments);
  }

  /** The state of what is emitted around a function's nodes in a body. */
  Translation in(GraphComposer body) {
    return body == graph ? this : new Translation(flat, body, outputs, caller);
  }

  /** True for what the caller asked for. */
  boolean isOutput(String reference) {
    return outputs.contains(reference);
  }

  FlatGraph flat() {
    return flat;
  }

  GraphComposer graph() {
    return graph;
  }

  /**
   * @param reference {@code node:output}
   */
  LaidOut value(String reference) {
    LaidOut value = values.get(reference);
    if (value == null) {
      throw new InexpressibleNodeException(
          "it reads \""
              + reference
              + "\", which has no value (the output of a loop or of a"
              + " variable that changes)");
    }
    return value;
  }

  boolean has(String reference) {
    return values.containsKey(reference);
  }

  void define(String reference, LaidOut value) {
    values.put(reference, value);
  }

  /** Says that a value never comes: it is of the branch that is not taken. */
  void kill(String reference) {
    dead.add(reference);
  }

  boolean isDead(String reference) {
    return dead.contains(reference) || dead.contains(FlatGraph.nodeOf(reference));
  }

  /** The branches that a value is of: by each condition, 0 where it is false and 1 where true. */
  Map<String, Integer> sides(String reference) {
    Map<String, Integer> own = sides.get(reference);
    return own != null ? own : sides.getOrDefault(FlatGraph.nodeOf(reference), Map.of());
  }

  /**
   * @param key an output, or a node for all of its outputs
   */
  void setSides(String key, Map<String, Integer> branches) {
    sides.put(key, branches);
  }

  /** A node is of all the branches that what it reads is of. */
  void inheritSides(NodeDefinition node) {
    Map<String, Integer> all = new HashMap<>();
    node.inputs().forEach(input -> all.putAll(sides(input)));
    if (!all.isEmpty()) {
      sides.put(node.name(), all);
    }
  }

  /** Says that a convolution does the work of the moves between space and batch around it. */
  void dilate(String convolution, Dilation dilation) {
    dilations.put(convolution, dilation);
  }

  @Nullable Dilation dilation(String convolution) {
    return dilations.get(convolution);
  }

  /** Says that the work of a node was done by the one before it. */
  void absorb(String node) {
    absorbed.add(node);
  }

  boolean isAbsorbed(String node) {
    return absorbed.contains(node);
  }

  /** The value as it stands in TensorFlow. */
  String plain(LaidOut value) {
    if (value.isPlain()) {
      return value.value();
    }
    String key = "plain " + value.value();
    String known = turned.get(key);
    if (known != null) {
      return known;
    }
    if (value.isArray()) {
      throw new InexpressibleNodeException("it takes a tensor and is given an array of tensors");
    }
    String result;
    if (value.layout() instanceof Layout.Flattened flattened) {
      String picture =
          emit(
              "Reshape",
              value.value(),
              Attributes.NONE,
              value.value(),
              ints(-1, flattened.channels(), flattened.height(), flattened.width()));
      String last = transposed(picture, Layout.toChannelsLast(4));
      result =
          emit(
              "Reshape",
              value.value(),
              Attributes.NONE,
              last,
              ints(-1, flattened.channels() * flattened.height() * flattened.width()));
    } else {
      result = transposed(value.value(), Layout.toChannelsLast(rank(value.value())));
    }
    turned.put(key, result);
    return result;
  }

  /** The value with channels in front of the lengths. */
  String channelsFirst(LaidOut value) {
    if (value.isChannelsFirst()) {
      return value.value();
    }
    String plain = plain(value);
    String key = "first " + plain;
    String known = turned.get(key);
    if (known != null) {
      return known;
    }
    String result = transposed(plain, Layout.toChannelsFirst(rank(plain)));
    turned.put(key, result);
    return result;
  }

  int rank(String value) {
    Shape shape = graph.type(value).shape();
    if (shape == null) {
      throw new InexpressibleNodeException("the rank of what it reads is not known");
    }
    return shape.rank();
  }

  /** Constants are turned here, so that weights stay constants. */
  String transposed(String value, long... order) {
    boolean same = true;
    for (int axis = 0; axis < order.length; axis++) {
      same &= order[axis] == axis;
    }
    if (same) {
      return value;
    }
    if (graph.isConstant(value)) {
      String key = "constant " + value + Arrays.toString(order);
      String known = turned.get(key);
      if (known == null) {
        Tensor tensor = graph.known(value);
        if (tensor == null) {
          throw new InputException("The constant \"" + value + "\" has no content");
        }
        known = graph.constant(value + "/channels_first", Transposition.of(tensor, order));
        turned.put(key, known);
      }
      return known;
    }
    return emit("Transpose", value, Attributes.NONE.with("perm", order), value);
  }

  String ints(long... values) {
    return graph.constant("constant", Tensor.vector(values));
  }

  String emit(String type, String wish, Attributes attributes, String... read) {
    List<String> inputs = new ArrayList<>(Arrays.asList(read));
    return graph.emit(type, wish + "/" + type, attributes, inputs, 1).get(0);
  }
}
