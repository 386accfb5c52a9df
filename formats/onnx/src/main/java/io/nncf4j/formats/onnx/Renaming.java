package io.nncf4j.formats.onnx;

import io.nncf4j.core.graph.Bodies;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Gives the values and nodes of a function's body, and of bodies inside it, the names of one call.
 *
 * @param names the values that have a name already; others are added when they are met
 * @param fresh makes a new name
 */
record Renaming(Map<String, String> names, UnaryOperator<String> fresh) {
  String value(String name) {
    return name.isEmpty() ? "" : names.computeIfAbsent(name, fresh);
  }

  Node node(Node node) {
    return new Node(
        fresh.apply(node.name()),
        node.operator(),
        Bodies.map(node.attributes(), this::graph),
        node.inputs().stream().map(this::value).toList(),
        node.outputs().stream().map(this::value).toList());
  }

  Map<String, Tensor> constants(Map<String, Tensor> constants) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    constants.forEach((name, tensor) -> renamed.put(value(name), tensor));
    return renamed;
  }

  Map<String, ValueType> types(Map<String, ValueType> types) {
    Map<String, ValueType> renamed = new HashMap<>();
    types.forEach((name, type) -> renamed.put(value(name), type));
    return renamed;
  }

  private Graph graph(Graph body) {
    return new Graph(
        body.name(),
        values(body.inputs()),
        values(body.outputs()),
        constants(body.constants()),
        body.nodes().stream().map(this::node).toList(),
        types(body.types()));
  }

  private List<Value> values(List<Value> values) {
    return values.stream().map(one -> new Value(value(one.name()), one.type())).toList();
  }
}
