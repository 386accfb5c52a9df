package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** Gives a symbol to every dimension of an input that the model leaves open without a name. */
final class InputSymbols {
  private InputSymbols() {}

  static List<Value> name(List<Value> inputs, Scope scope) {
    for (Value input : inputs) {
      Shape shape = input.tensorType().shape();
      if (shape != null) {
        shape.dimensions().forEach(dimension -> scope.reserveSymbol(dimension.toString()));
      }
    }
    List<Value> named = new ArrayList<>();
    for (Value input : inputs) {
      TensorType type = input.tensorType();
      Shape shape = type.shape();
      for (int axis = 0; shape != null && axis < shape.rank(); axis++) {
        if (shape.get(axis) instanceof Dimension.Unknown) {
          String wanted = NodeInference.identifier(input.name()) + "." + axis;
          shape = shape.with(axis, Dimension.symbol(scope.freshSymbol(wanted)));
        }
      }
      boolean same = shape == null || shape.equals(type.shape());
      named.add(same ? input : new Value(input.name(), type.withShape(shape)));
    }
    return named;
  }
}
