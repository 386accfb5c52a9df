package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@link InferenceContext} of one node during one run. */
final class NodeInference implements InferenceContext {
  private static final int MAXIMUM_SYMBOL_LENGTH = 60;

  private final GraphInference run;
  private final Node node;
  private final Scope scope;
  private final Map<Graph, Graph> typedBodies = new IdentityHashMap<>();

  NodeInference(GraphInference run, Node node, Scope scope) {
    this.run = run;
    this.node = node;
    this.scope = scope;
  }

  Map<Graph, Graph> typedBodies() {
    return typedBodies;
  }

  @Override
  public Node node() {
    return node;
  }

  @Override
  public @Nullable ValueType inputType(int index) {
    return node.hasInput(index) ? scope.type(node.input(index)) : null;
  }

  @Override
  public @Nullable Tensor constant(int index) {
    return node.hasInput(index) ? scope.constant(node.input(index)) : null;
  }

  @Override
  public @Nullable IntegerContent content(int index) {
    return node.hasInput(index) ? scope.content(node.input(index)) : null;
  }

  @Override
  public Dimension dataDependent(int output, int axis) {
    String value = node.output(output).isEmpty() ? node.name() : node.output(output);
    return Dimension.symbol(scope.freshSymbol(identifier(value) + "#" + axis));
  }

  /** A value's name as part of a symbol. */
  static String identifier(String value) {
    String tail =
        value
            .substring(Math.max(0, value.length() - MAXIMUM_SYMBOL_LENGTH))
            .replaceAll("[^A-Za-z0-9_.]", "_");
    return tail.isEmpty() || Character.isDigit(tail.charAt(0)) ? "_" + tail : tail;
  }

  @Override
  public List<@Nullable ValueType> inferBody(
      Graph body, List<? extends @Nullable ValueType> inputs) {
    Graph typed = run.inferBody(body, inputs, scope);
    List<@Nullable ValueType> outputs = new ArrayList<>();
    if (typed == null) {
      body.outputs().forEach(output -> outputs.add(null));
    } else {
      typedBodies.put(body, typed);
      typed.outputs().forEach(output -> outputs.add(type(typed, output)));
    }
    return outputs;
  }

  /** A body may hand back a value of a graph around it. */
  private @Nullable ValueType type(Graph typed, Value output) {
    return output.type() == null && !typed.isDefined(output.name())
        ? scope.type(output.name())
        : output.type();
  }
}
