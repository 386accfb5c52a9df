package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of the values of one graph so far, and of the graphs around it. */
final class Scope {
  private final @Nullable Scope outer;
  private final Graph graph;
  private final int depth;
  private final Map<String, ValueType> types = new HashMap<>();
  private final Map<String, IntegerContent> contents = new HashMap<>();
  private final Map<String, Tensor> added = new HashMap<>();
  private final Map<String, ValueType> declared;
  private final Set<String> symbols;

  Scope(@Nullable Scope outer, Graph graph) {
    this.outer = outer;
    this.graph = graph;
    this.depth = outer == null ? 0 : outer.depth + 1;
    this.declared = new HashMap<>(graph.types());
    // Outputs carry their own declaration, which stands above a recorded type.
    graph.outputs().forEach(output -> declare(output.name(), output.type()));
    this.symbols = outer == null ? new HashSet<>() : outer.symbols;
  }

  private void declare(String value, @Nullable ValueType type) {
    if (type != null) {
      declared.put(value, type);
    }
  }

  /** The type that the model declares for a value of this graph, or null. */
  @Nullable ValueType declared(String value) {
    return declared.get(value);
  }

  boolean isOutput(String value) {
    return graph.isOutput(value);
  }

  int depth() {
    return depth;
  }

  void define(String value, @Nullable ValueType type) {
    if (type != null) {
      types.put(value, type);
    }
  }

  void define(String value, IntegerContent content) {
    contents.put(value, content);
  }

  /** Says that a value that the graph does not hold yet is this constant. */
  void define(String value, Tensor constant) {
    types.put(value, TensorType.of(constant));
    added.put(value, constant);
    IntegerContent content = IntegerContent.of(constant);
    if (content != null) {
      contents.put(value, content);
    }
  }

  @Nullable ValueType type(String value) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      ValueType type = scope.types.get(value);
      if (type != null) {
        return type;
      }
      Tensor constant = scope.graph.constant(value);
      if (constant != null) {
        return TensorType.of(constant);
      }
    }
    return null;
  }

  @Nullable Tensor constant(String value) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Tensor constant = scope.graph.constantValue(value);
      constant = constant == null ? scope.added.get(value) : constant;
      if (constant != null) {
        return constant;
      }
      if (scope.graph.isDefined(value) || scope.contents.containsKey(value)) {
        IntegerContent content = scope.contents.get(value);
        DataType type = GraphInference.dataType(scope.types.get(value));
        return content == null || type == null ? null : content.toTensor(type);
      }
    }
    return null;
  }

  @Nullable IntegerContent content(String value) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      IntegerContent content = scope.contents.get(value);
      if (content != null) {
        return content;
      }
      if (scope.graph.isDefined(value)) {
        Tensor constant = scope.graph.constantValue(value);
        content = constant == null ? null : IntegerContent.of(constant);
        if (content != null) {
          scope.contents.put(value, content);
        }
        return content;
      }
    }
    return null;
  }

  /** Values that nodes of this graph define and whose every element is known. */
  Map<String, Tensor> computedContents() {
    Map<String, Tensor> known = new HashMap<>();
    contents.forEach(
        (value, content) -> {
          DataType type = GraphInference.dataType(types.get(value));
          Tensor tensor = type == null ? null : content.toTensor(type);
          if (tensor != null && graph.producer(value) != null) {
            known.put(value, tensor);
          }
        });
    return known;
  }

  /** Keeps a name from being given to another symbol. */
  void reserveSymbol(String name) {
    symbols.add(name);
  }

  /** A name for a symbol that no other symbol made in this run has. */
  String freshSymbol(String wanted) {
    String name = wanted;
    for (int count = 2; !symbols.add(name); count++) {
      name = wanted + "_" + count;
    }
    return name;
  }
}
