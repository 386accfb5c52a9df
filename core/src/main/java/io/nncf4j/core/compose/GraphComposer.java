package io.nncf4j.core.compose;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.FreshNames;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.operator.IncrementalInference;
import io.nncf4j.core.operator.IntegerContent;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A graph that grows: each node's outputs get their types at once, and values that follow from
 * constants and static shapes are computed while they are small, because ONNX takes as attributes
 * or shapes some of what other formats compute.
 */
public final class GraphComposer {
  /** Stands for an element that is not known. */
  public static final long OPEN = Long.MIN_VALUE;

  private final String name;
  private final IncrementalInference inference = new IncrementalInference();
  private final SmallValues smallValues = new SmallValues();
  private final FreshNames names;
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, Tensor> known = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();

  /** What a body may read of the graph around it. */
  private final @Nullable GraphComposer around;

  public GraphComposer(String name) {
    this(name, new FreshNames(), null);
  }

  private GraphComposer(String name, FreshNames names, @Nullable GraphComposer around) {
    this.name = name;
    this.names = names;
    this.around = around;
  }

  /**
   * A body for a node of this graph: no name in it is one of this graph's. Values of this graph
   * that it reads are told to it by {@link #capture}.
   */
  public GraphComposer body(String bodyName) {
    return new GraphComposer(bodyName, names, this);
  }

  /** Lets this body read a value of the graph around it. */
  public void capture(String value) {
    if (around == null || isDefined(value)) {
      return;
    }
    around.capture(value);
    Tensor content = around.known(value);
    if (content == null) {
      inference.declare(value, around.type(value));
    } else {
      inference.constant(value, content);
      known.put(value, content);
    }
  }

  private boolean isDefined(String value) {
    return constants.containsKey(value)
        || known.containsKey(value)
        || !type(value).equals(TensorType.UNKNOWN);
  }

  /** {@code wish} itself, or with the first number that is free; then it is taken. */
  public String freshName(String wish) {
    return names.fresh(wish);
  }

  /** Adds an input and returns its name. */
  public String input(String wish, TensorType type) {
    String value = freshName(wish);
    inputs.add(new Value(value, inference.input(value, type)));
    return value;
  }

  /** Adds a constant and returns its name. */
  public String constant(String wish, Tensor tensor) {
    String value = freshName(wish);
    constants.put(value, tensor);
    inference.constant(value, tensor);
    return value;
  }

  /** Adds a node of the ONNX domain whose outputs have new names made from {@code wish}. */
  public List<String> emit(
      String type, String wish, Attributes attributes, List<String> read, int count) {
    List<String> defined = new ArrayList<>(count);
    for (int index = 0; index < count; index++) {
      defined.add(freshName(count == 1 ? wish : wish + "." + index));
    }
    add(Node.onnx(freshName(wish + "/" + type), type, attributes, read, defined));
    return defined;
  }

  /**
   * Adds a node.
   *
   * @throws InputException when its inputs cannot be right
   */
  public void add(Node node) {
    nodes.add(inference.add(node));
    known.putAll(smallValues.of(node, this::known));
  }

  /** What is known from elsewhere of a value that inference could not type. */
  public void declare(String value, ValueType type) {
    inference.declare(value, type);
  }

  /** The type of a value, {@link TensorType#UNKNOWN} when nothing is known. */
  public TensorType type(String value) {
    return inference.type(value);
  }

  /** The content of a constant or of a small value that follows from constants; else null. */
  public @Nullable Tensor known(String value) {
    Tensor tensor = constants.getOrDefault(value, known.get(value));
    return tensor != null ? tensor : inference.content(value);
  }

  /**
   * The elements of a small vector of integers, such as a shape; {@link #OPEN} for one that is not
   * known. Null when not even their number is known.
   */
  public long @Nullable [] elements(String value) {
    Tensor tensor = known(value);
    if (tensor != null) {
      return tensor.toLongs();
    }
    IntegerContent content = inference.integers(value);
    return content == null
        ? null
        : content.elements().stream()
            .mapToLong(each -> each.isConstant() ? each.constant() : OPEN)
            .toArray();
  }

  /** True when the value is a constant itself, here or around, and not computed from others. */
  public boolean isConstant(String value) {
    return constants.containsKey(value) || (around != null && around.isConstant(value));
  }

  /** True for the name of an input. */
  public boolean isInput(String value) {
    return inputs.stream().anyMatch(input -> input.name().equals(value));
  }

  /** Where the graph stands now, for {@link #rollBack}. */
  public int mark() {
    return nodes.size();
  }

  /** Drops the nodes added since {@code mark}; their names stay taken. */
  public void rollBack(int mark) {
    nodes.subList(mark, nodes.size()).clear();
  }

  /**
   * Makes a value an output: under {@code wish} where that name is free, so behind an Identity
   * where it is called otherwise.
   */
  public void output(String value, String wish) {
    String chosen = value;
    boolean isOutput = outputs.stream().anyMatch(output -> output.name().equals(value));
    if (isOutput || isInput(value) || constants.containsKey(value) || !value.equals(wish)) {
      chosen = emit("Identity", wish, Attributes.NONE, List.of(value), 1).get(0);
    }
    outputs.add(new Value(chosen, inference.type(chosen)));
  }

  /** The graph without what no output needs. */
  public Graph build() {
    Map<String, ValueType> types = new HashMap<>();
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        TensorType type = inference.type(output);
        if (!output.isEmpty() && !type.equals(TensorType.UNKNOWN)) {
          types.put(output, type);
        }
      }
    }
    Graph graph = new Graph(name, inputs, outputs, constants, nodes, types);
    return new GraphEditor(graph).removeUnused().build();
  }
}
