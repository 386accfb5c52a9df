package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import io.nncf4j.formats.tensorflow.proto.TensorFlowTypes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Translates what some outputs of a flat graph need, each node by the rule of its operator. */
public final class FlatGraphTranslator {
  /** Domain of nodes that no ONNX operator stands for. */
  public static final String DOMAIN = "org.tensorflow";

  /** Metadata under this prefix and the name of an input or output: its layout, where turned. */
  public static final String LAYOUT = "tensorflow/layout/";

  private static final Set<String> PICTURES =
      Set.of(
          "Conv2D",
          "DepthwiseConv2dNative",
          "MaxPool",
          "AvgPool",
          "FusedBatchNorm",
          "FusedBatchNormV2",
          "FusedBatchNormV3",
          "ResizeBilinear",
          "ResizeNearestNeighbor");

  /** Operators behind which a picture is still one, of the same axes. */
  private static final Set<String> TRANSPARENT =
      Set.of(
          "Add",
          "AddV2",
          "Sub",
          "Mul",
          "RealDiv",
          "Div",
          "Cast",
          "Pad",
          "BiasAdd",
          "Relu",
          "Maximum",
          "Minimum",
          "ConcatV2",
          "SpaceToDepth");

  private final FlatGraph flat;
  private final Function<String, @Nullable Tensor> variables;
  private final GraphComposer graph;
  private final Map<String, NodeRule> rules = NodeRules.all();
  private final Map<String, String> metadata = new TreeMap<>();

  /** Nodes that were kept as they are. */
  private final Set<String> foreign = new HashSet<>();

  private final FunctionBudget budget;

  /**
   * @param variables the content of a variable by its name; null for one that is not known
   */
  public FlatGraphTranslator(
      FlatGraph flat, String name, Function<String, @Nullable Tensor> variables) {
    this(flat, new GraphComposer(name), variables, new FunctionBudget());
  }

  private FlatGraphTranslator(
      FlatGraph flat,
      GraphComposer graph,
      Function<String, @Nullable Tensor> variables,
      FunctionBudget budget) {
    this.flat = flat;
    this.variables = variables;
    this.graph = graph;
    this.budget = budget;
  }

  /** What is to be known about the model, such as inputs that were turned. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * @param inputs names that callers use, by {@code node:0}; placeholders that are not named keep
   *     their own
   * @param outputs names that callers use, by {@code node:output}, in order
   */
  public Graph translate(Map<String, String> inputs, LinkedHashMap<String, String> outputs) {
    LinkedHashMap<String, String> placed = new LinkedHashMap<>();
    outputs.forEach((reference, name) -> placed.put(flat.place(reference), name));
    Translation translation = new Translation(flat, graph, placed.keySet(), this::call);
    List<NodeDefinition> needed = flat.needed(new ArrayList<>(placed.keySet()));
    for (NodeDefinition node : needed) {
      if (node.operator().equals("Placeholder")) {
        input(translation, node, inputs);
      }
    }
    translate(translation, needed);
    placed.forEach((reference, name) -> output(translation, reference, name));
    return graph.build();
  }

  /** The nodes of a function, put into {@code target} as if they stood there. */
  private List<LaidOut> call(String name, GraphComposer target, List<LaidOut> arguments) {
    FlatGraph.Function function = flat.function(name);
    if (function.parameters().size() != arguments.size()) {
      throw new InputException(
          "It gives "
              + arguments.size()
              + " values to \""
              + name
              + "\", which takes "
              + function.parameters().size());
    }
    budget.enter(name, function.graph().nodes().size());
    try {
      return translated(function, target, arguments);
    } finally {
      budget.leave();
    }
  }

  private List<LaidOut> translated(
      FlatGraph.Function function, GraphComposer target, List<LaidOut> arguments) {
    FlatGraphTranslator inner =
        new FlatGraphTranslator(function.graph(), target, variables, budget);
    Translation translation =
        new Translation(function.graph(), target, new HashSet<>(function.results()), inner::call);
    for (int index = 0; index < arguments.size(); index++) {
      arguments.get(index).values().forEach(target::capture);
      translation.define(function.parameters().get(index), arguments.get(index));
    }
    inner.translate(translation, function.graph().needed(function.results()));
    return function.results().stream().map(translation::value).toList();
  }

  private void translate(Translation translation, List<NodeDefinition> needed) {
    // Constants come first, so that a convolution sees the bias that is added to it.
    for (NodeDefinition node : needed) {
      if (isConstant(translation, node)) {
        translate(translation, node);
      }
    }
    for (NodeDefinition node : needed) {
      translation.inheritSides(node);
      if (!translation.has(node.name() + ":0")
          && !translation.isAbsorbed(node.name())
          && !node.operator().equals("Placeholder")) {
        translate(translation, node);
      }
    }
  }

  private static boolean isConstant(Translation translation, NodeDefinition node) {
    return switch (node.operator()) {
      case "Const", "VarHandleOp", "VariableV2", "Variable" -> true;
      case "Identity", "ReadVariableOp" ->
          node.inputs().size() == 1 && translation.has(node.inputs().get(0));
      default -> false;
    };
  }

  private void input(Translation translation, NodeDefinition node, Map<String, String> names) {
    AttributeValue shape = node.attribute("shape");
    AttributeValue type = node.attribute("dtype");
    Shape given = shape == null || !shape.hasShape() ? null : shape.shape();
    if (given != null && given.rank() > 0 && !given.get(0).isKnown()) {
      given = given.with(0, Dimension.symbol("batch"));
    }
    String reference = node.name() + ":0";
    String name = names.getOrDefault(reference, node.name());
    boolean picture = given != null && given.rank() == 4 && isPicture(node);
    if (picture && given != null) {
      given = Shape.of(given.get(0), given.get(3), given.get(1), given.get(2));
      metadata.put(LAYOUT + name, "NCHW");
    }
    TensorType declared =
        new TensorType(TensorFlowTypes.type(type == null ? 1 : type.type()), given);
    String value = graph.input(name, declared);
    translation.define(reference, picture ? LaidOut.channelsFirst(value) : LaidOut.plain(value));
  }

  /** True when what comes in reaches an operator on pictures whose channels stand last. */
  private boolean isPicture(NodeDefinition placeholder) {
    Deque<NodeDefinition> todo = new ArrayDeque<>(flat.consumers(placeholder.name()));
    Set<String> seen = new HashSet<>();
    while (!todo.isEmpty()) {
      NodeDefinition node = todo.pop();
      if (!seen.add(node.name())) {
        continue;
      }
      if (PICTURES.contains(node.operator())) {
        return !node.text("data_format", "NHWC").startsWith("NC");
      }
      if (TRANSPARENT.contains(node.operator()) || UnaryRules.PASSING.contains(node.operator())) {
        todo.addAll(flat.consumers(node.name()));
      }
    }
    return false;
  }

  private void translate(Translation translation, NodeDefinition node) {
    boolean merges = node.operator().equals("Merge") || node.operator().equals("RefMerge");
    if (!merges && node.inputs().stream().anyMatch(translation::isDead)) {
      translation.kill(node.name());
      return;
    }
    int mark = graph.mark();
    try {
      if (constant(translation, node)) {
        return;
      }
      NodeRule rule = rules.get(node.operator());
      if (rule == null) {
        throw new InexpressibleNodeException("the operator is not known");
      }
      rule.translate(new NodeContext(translation, node));
    } catch (InexpressibleNodeException e) {
      graph.rollBack(mark);
      keep(translation, node, String.valueOf(e.getMessage()));
    } catch (InputException e) {
      throw new InputException(
          "Node \"" + node.name() + "\" (" + node.operator() + "): " + e.getMessage(), e);
    } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      // Numbers of a damaged file that no real node has.
      throw new InputException(
          "Node \"" + node.name() + "\" (" + node.operator() + ") has numbers that do not fit", e);
    }
  }

  private boolean constant(Translation translation, NodeDefinition node) {
    switch (node.operator()) {
      case "Const" -> {
        AttributeValue value = node.attribute("value");
        if (value == null) {
          throw new InputException("it has no value");
        }
        define(translation, node, value.tensor());
        return true;
      }
      case "VarHandleOp", "VariableV2", "Variable" -> {
        String name = node.text("shared_name", "");
        Tensor tensor = name.isEmpty() ? null : variables.apply(name);
        tensor = tensor == null ? variables.apply(node.name()) : tensor;
        if (tensor == null) {
          throw new InexpressibleNodeException("the checkpoint has no such variable");
        }
        define(translation, node, tensor);
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  private void define(Translation translation, NodeDefinition node, Tensor tensor) {
    translation.define(node.name() + ":0", LaidOut.plain(graph.constant(node.name(), tensor)));
  }

  /** A node that cannot be expressed, with what it reads as far as that has values. */
  private void keep(Translation translation, NodeDefinition node, String reason) {
    List<String> read = new ArrayList<>();
    String because = reason;
    for (String input : node.inputs()) {
      if (foreign.contains(FlatGraph.nodeOf(input))) {
        because = "it reads what \"" + FlatGraph.nodeOf(input) + "\" makes, which has no equal";
      }
      read.add(translation.has(input) ? translation.value(input).value() : "");
    }
    List<String> defined = new ArrayList<>();
    Set<String> outputs = new java.util.TreeSet<>();
    flat.consumers(node.name())
        .forEach(
            reader ->
                reader.inputs().stream()
                    .filter(input -> FlatGraph.nodeOf(input).equals(node.name()))
                    .forEach(outputs::add));
    outputs.add(node.name() + ":0");
    foreign.add(node.name());
    for (String output : outputs) {
      String value = graph.freshName(output);
      defined.add(value);
      translation.define(output, LaidOut.plain(value));
    }
    graph.add(
        ForeignNodes.keep(
            graph.freshName(node.name()),
            new OperatorType(DOMAIN, node.operator()),
            rules.containsKey(node.operator()) ? because : reason,
            read,
            defined));
  }

  private void output(Translation translation, String reference, String name) {
    LaidOut value = translation.value(reference);
    if (value.isArray()) {
      throw new InputException("The output \"" + name + "\" is an array of tensors");
    }
    boolean picture = value.isChannelsFirst();
    if (picture) {
      metadata.put(LAYOUT + name, "NCHW");
    }
    graph.output(picture ? value.value() : translation.plain(value), name);
  }
}
