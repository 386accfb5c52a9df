package io.nncf4j.core.operator;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Bodies;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of {@link ShapeInference}: walks a graph and, through its nodes, the bodies in it. */
final class GraphInference {
  /** Bodies nested deeper than this keep their declared types. */
  private static final int MAXIMUM_DEPTH = 32;

  /** Visits in bodies beyond which bodies are no longer entered. */
  private static final int MAXIMUM_BODY_VISITS = 100_000;

  private final OperatorSchemas schemas;
  private final boolean tolerant;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Tensor> contents = new HashMap<>();
  private int bodyVisits;

  /**
   * @param tolerant whether a node whose inputs cannot be right is reported and left alone, instead
   *     of ending the run
   */
  GraphInference(OperatorSchemas schemas, boolean tolerant) {
    this.schemas = schemas;
    this.tolerant = tolerant;
  }

  List<Finding> findings() {
    return findings;
  }

  /** What nodes of the main graph compute and is known all the same. */
  Map<String, Tensor> contents() {
    return contents;
  }

  /** The main graph with its types. */
  Graph infer(Graph graph) {
    Scope scope = new Scope(null, graph);
    List<Value> inputs = InputSymbols.name(graph.inputs(), scope);
    inputs.forEach(input -> scope.define(input.name(), input.type()));
    List<Node> nodes = walk(graph, scope, true);
    contents.putAll(scope.computedContents());
    return typed(graph, inputs, nodes, scope);
  }

  /** A body with its types; null when it may not be entered any more. */
  @Nullable Graph inferBody(
      Graph body, List<? extends @Nullable ValueType> inputTypes, Scope outer) {
    bodyVisits += body.nodes().size() + 1;
    if (outer.depth() >= MAXIMUM_DEPTH || bodyVisits > MAXIMUM_BODY_VISITS) {
      return null;
    }
    Scope scope = new Scope(outer, body);
    List<Value> inputs = new ArrayList<>();
    for (int index = 0; index < body.inputs().size(); index++) {
      Value input = body.inputs().get(index);
      ValueType given = index < inputTypes.size() ? inputTypes.get(index) : null;
      // A declared type of a body's input may be stale; what the node around it gives stands above.
      ValueType type = given == null ? input.type() : TypeMerge.fill(given, input.type());
      scope.define(input.name(), type);
      inputs.add(new Value(input.name(), type));
    }
    List<Node> nodes = walk(body, scope, false);
    return typed(body, inputs, nodes, scope);
  }

  private List<Node> walk(Graph graph, Scope scope, boolean checkOutputs) {
    List<Node> typedNodes = new ArrayList<>(graph.nodes().size());
    for (Node node : graph.nodes()) {
      typedNodes.add(visit(node, scope, checkOutputs));
    }
    return typedNodes;
  }

  /** Defines the outputs of a node in {@code scope}; the node with its bodies typed. */
  Node visit(Node node, Scope scope, boolean checkOutputs) {
    OperatorSchema schema = schemas.find(node.operator());
    NodeInference context = new NodeInference(this, node, scope);
    List<? extends ValueType> inferred = schema == null ? List.of() : infer(schema, context);
    for (int index = 0; index < node.outputs().size(); index++) {
      String output = node.outputs().get(index);
      if (!output.isEmpty()) {
        ValueType type = index < inferred.size() ? inferred.get(index) : TensorType.UNKNOWN;
        ValueType complete =
            schema == null ? null : SignatureTypes.complete(type, schema, index, context);
        scope.define(output, settle(scope, node, output, complete, checkOutputs));
      }
    }
    if (schema != null) {
      define(node, contents(context, scope.type(node.output(0))), scope);
    }
    return withTypedBodies(node, context.typedBodies());
  }

  private static void define(
      Node node, List<? extends @Nullable IntegerContent> contents, Scope scope) {
    for (int index = 0; index < contents.size(); index++) {
      IntegerContent content = contents.get(index);
      String output = node.output(index);
      if (content != null && content.fits(scope.type(output))) {
        scope.define(output, content.within(dataType(scope.type(output))));
      }
    }
  }

  private List<? extends @Nullable IntegerContent> contents(
      NodeInference context, @Nullable ValueType output) {
    try {
      return ShapeArithmetic.evaluate(context, output);
    } catch (InputException wrong) {
      report(context.node(), wrong);
      return List.of();
    }
  }

  private List<? extends ValueType> infer(OperatorSchema schema, NodeInference context) {
    Node node = context.node();
    try {
      int given = node.inputs().size();
      if (given < schema.minimumInputs() || given > schema.maximumInputs()) {
        throw new InputException(
            "it has "
                + given
                + " inputs, and the operator takes "
                + schema.minimumInputs()
                + (schema.maximumInputs() == OperatorSchema.UNLIMITED
                    ? " or more"
                    : " to " + schema.maximumInputs()));
      }
      return schema.inference().infer(context);
    } catch (InputException wrong) {
      report(node, wrong);
      return List.of();
    }
  }

  private void report(Node node, InputException wrong) {
    String where = "Node \"" + node.name() + "\" (" + node.operator() + ")";
    String message = String.valueOf(wrong.getMessage());
    String located = message.startsWith(where) ? message : where + ": " + message;
    if (!tolerant) {
      throw new InputException(located, wrong);
    }
    boolean known =
        !findings.isEmpty() && findings.get(findings.size() - 1).nodes().contains(node.name());
    if (!known) {
      findings.add(Finding.warning("wrong-inputs", located, node.name()));
    }
  }

  /** Joins what is inferred with what is declared. */
  private @Nullable ValueType settle(
      Scope scope, Node node, String output, @Nullable ValueType inferred, boolean checkOutputs) {
    ValueType declared = scope.declared(output);
    if (inferred == null || declared == null) {
      return inferred == null ? declared : inferred;
    }
    if (!TypeMerge.conflict(inferred, declared)) {
      return scope.isOutput(output)
          ? TypeMerge.preferKnown(inferred, declared)
          : TypeMerge.fill(inferred, declared);
    }
    boolean promised = checkOutputs && scope.isOutput(output);
    String message =
        "Node \""
            + node.name()
            + "\" ("
            + node.operator()
            + ") gives \""
            + output
            + "\" the type "
            + inferred
            + ", but the model declares it as "
            + declared;
    if (promised && !tolerant && isOtherDataType(inferred, declared)) {
      throw new InputException(message);
    }
    findings.add(
        promised
            ? Finding.warning("wrong-output-shape", message, node.name())
            : Finding.information("stale-type", message, node.name()));
    return inferred;
  }

  private static boolean isOtherDataType(ValueType inferred, ValueType declared) {
    DataType found = dataType(inferred);
    DataType expected = dataType(declared);
    return found != null && expected != null && found != expected;
  }

  private static Node withTypedBodies(Node node, Map<Graph, Graph> bodies) {
    if (bodies.isEmpty()) {
      return node;
    }
    Attributes changed = Bodies.map(node.attributes(), body -> bodies.getOrDefault(body, body));
    return changed == node.attributes() ? node : node.withAttributes(changed);
  }

  private static Graph typed(Graph graph, List<Value> inputs, List<Node> nodes, Scope scope) {
    Map<String, ValueType> types = new HashMap<>();
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        ValueType type = scope.type(output);
        if (!output.isEmpty() && type != null && !type.equals(TensorType.UNKNOWN)) {
          types.put(output, type);
        }
      }
    }
    List<Value> outputs = new ArrayList<>();
    for (Value output : graph.outputs()) {
      ValueType type = scope.type(output.name());
      outputs.add(
          new Value(
              output.name(),
              type == null || type.equals(TensorType.UNKNOWN) ? output.type() : type));
    }
    return new Graph(graph.name(), inputs, outputs, graph.constants(), nodes, types);
  }

  /** Element type of a tensor type, or null. */
  static @Nullable DataType dataType(@Nullable ValueType type) {
    return type instanceof TensorType tensor ? tensor.dataType() : null;
  }
}
