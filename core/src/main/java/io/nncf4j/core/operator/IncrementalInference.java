package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link ShapeInference} for a graph that is being made: readers of formats without types of their
 * own learn from it what each value is as soon as its node is there.
 */
public final class IncrementalInference {
  private final GraphInference run = new GraphInference(OperatorSchemas.standard(), false);
  private final Scope scope =
      new Scope(null, new Graph("", List.of(), List.of(), Map.of(), List.of(), Map.of()));

  /** Defines an input; dimensions that are open get symbols. Returns the type with them. */
  public TensorType input(String value, TensorType type) {
    Shape shape = type.shape();
    for (int axis = 0; shape != null && axis < shape.rank(); axis++) {
      if (shape.get(axis) instanceof Dimension.Unknown) {
        String wanted = NodeInference.identifier(value) + "." + axis;
        shape = shape.with(axis, Dimension.symbol(scope.freshSymbol(wanted)));
      } else {
        scope.reserveSymbol(shape.get(axis).toString());
      }
    }
    TensorType named = type.withShape(shape);
    scope.define(value, named);
    return named;
  }

  public void constant(String value, Tensor tensor) {
    scope.define(value, tensor);
  }

  /**
   * Defines the outputs of a node whose inputs are defined.
   *
   * @return the node, its bodies with types
   * @throws io.nncf4j.core.InputException when its inputs cannot be right; the message names it
   */
  public Node add(Node node) {
    return run.visit(node, scope, false);
  }

  /** Says what is known from elsewhere about a value. */
  public void declare(String value, ValueType type) {
    scope.define(value, type);
  }

  /** The type of a value, {@link TensorType#UNKNOWN} when nothing is known. */
  public TensorType type(String value) {
    return scope.type(value) instanceof TensorType tensor ? tensor : TensorType.UNKNOWN;
  }

  /** The content of a constant, or of a small value whose every element is known; else null. */
  public @Nullable Tensor content(String value) {
    return scope.constant(value);
  }

  /** What is known of the elements of a small value, or null. */
  public @Nullable IntegerContent integers(String value) {
    return scope.content(value);
  }
}
