package io.nncf4j.formats.onnx;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Bodies;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.rewrite.opset.RaiseOpset;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The functions that a model brings along, put in the place of the nodes that call them.
 *
 * <pre>
 *   before:  a -> Twice "call" -> b        with  Twice(x) = { x, x -> Add "sum" -> y }
 *   after:   a, a -> Add "call/sum" -> b
 * </pre>
 */
final class ModelFunctions {
  /** A few functions that call each other can stand for any number of nodes; this is enough. */
  private static final int MAXIMUM_NODES = 1_000_000;

  private static final int MAXIMUM_DEPTH = 64;

  private final Map<OperatorType, Onnx.FunctionProto> functions = new HashMap<>();
  private final TensorDecoder tensors;
  private final int target;

  /** Nodes that one call of a function stands for; negative while it is being counted. */
  private final Map<OperatorType, Long> sizes = new HashMap<>();

  /**
   * @param target the opset that function bodies are raised to; each names its own
   */
  ModelFunctions(List<Onnx.FunctionProto> messages, TensorDecoder tensors, int target) {
    this.tensors = tensors;
    this.target = target;
    for (Onnx.FunctionProto message : messages) {
      functions.put(operator(message), message);
    }
  }

  private static OperatorType operator(Onnx.FunctionProto function) {
    return new OperatorType(function.getDomain(), key(function.getName(), function.getOverload()));
  }

  static OperatorType operator(Onnx.NodeProto node) {
    return new OperatorType(node.getDomain(), key(node.getOpType(), node.getOverload()));
  }

  /** Operator name of a node, with the overload behind it that picks one of several functions. */
  private static String key(String name, String overload) {
    return overload.isEmpty() ? name : name + ":" + overload;
  }

  /** The graph without calls; the very graph given when it calls none of the functions. */
  Graph inline(Graph graph) {
    if (functions.isEmpty()) {
      return graph;
    }
    // Counted before expanding, so that a small file cannot ask for a graph without end.
    if (calledNodes(graph) > MAXIMUM_NODES) {
      throw new InputException(
          "The model's functions stand for more than " + MAXIMUM_NODES + " nodes");
    }
    return inline(graph, graph.allNames());
  }

  private long calledNodes(Graph graph) {
    long count = 0;
    for (Node node : graph.nodes()) {
      count += size(node.operator(), 1);
      for (Graph body : node.attributes().graphs()) {
        count += calledNodes(body);
      }
    }
    return count;
  }

  private long size(OperatorType operator, int depth) {
    Onnx.FunctionProto function = functions.get(operator);
    if (function == null) {
      return 1;
    }
    Long known = sizes.putIfAbsent(operator, -1L);
    if (depth > MAXIMUM_DEPTH || (known != null && known < 0)) {
      throw new InputException(
          "The function "
              + operator
              + " calls itself, or functions call each other more than "
              + MAXIMUM_DEPTH
              + " deep");
    }
    long size = known == null ? size(function.getNodeList(), depth) : known;
    sizes.put(operator, size);
    return size;
  }

  private long size(List<Onnx.NodeProto> nodes, int depth) {
    long size = 1;
    for (Onnx.NodeProto node : nodes) {
      size += size(operator(node), depth + 1);
      for (Onnx.AttributeProto attribute : node.getAttributeList()) {
        size += size(attribute.getG().getNodeList(), depth);
        for (Onnx.GraphProto body : attribute.getGraphsList()) {
          size += size(body.getNodeList(), depth);
        }
      }
      size = Math.min(size, MAXIMUM_NODES + 1L);
    }
    return size;
  }

  private Graph inline(Graph graph, Set<String> taken) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
    Map<String, ValueType> types = new HashMap<>(graph.types());
    boolean changed = false;
    for (Node node : graph.nodes()) {
      Attributes attributes = Bodies.map(node.attributes(), body -> inline(body, taken));
      Onnx.FunctionProto function = functions.get(node.operator());
      if (function != null) {
        Expansion expansion = expand(node.withAttributes(attributes), function, taken);
        nodes.addAll(expansion.nodes());
        constants.putAll(expansion.constants());
        expansion.types().forEach(types::putIfAbsent);
        changed = true;
      } else if (attributes != node.attributes()) {
        nodes.add(node.withAttributes(attributes));
        changed = true;
      } else {
        nodes.add(node);
      }
    }
    return changed
        ? new Graph(graph.name(), graph.inputs(), graph.outputs(), constants, nodes, types)
        : graph;
  }

  /** What stands in the place of a call. */
  private record Expansion(
      List<Node> nodes, Map<String, Tensor> constants, Map<String, ValueType> types) {}

  private Expansion expand(Node call, Onnx.FunctionProto function, Set<String> taken) {
    Graph body = body(call, function);
    Map<String, String> names = new HashMap<>();
    for (int index = 0; index < body.inputs().size(); index++) {
      names.put(body.inputs().get(index).name(), call.input(index));
    }
    Renaming renaming = new Renaming(names, name -> fresh(call.name() + "/" + name, taken));
    List<Node> nodes = new ArrayList<>();
    for (int index = 0; index < body.outputs().size(); index++) {
      String inner = body.outputs().get(index).name();
      String outer = call.output(index);
      if (!outer.isEmpty() && names.putIfAbsent(inner, outer) != null) {
        // An input handed through, or one value handed back twice.
        nodes.add(
            Node.onnx(
                fresh(call.name() + "/Identity", taken),
                "Identity",
                Attributes.NONE,
                List.of(renaming.value(inner)),
                List.of(outer)));
      }
    }
    nodes.addAll(0, body.nodes().stream().map(renaming::node).toList());
    return new Expansion(nodes, renaming.constants(body.constants()), renaming.types(body.types()));
  }

  /** The body of a function with the attributes of one call, raised, and itself without calls. */
  private Graph body(Node call, Onnx.FunctionProto function) {
    Map<String, Attribute> bindings =
        new GraphDecoder(tensors, Map.of()).attributes(function.getAttributeProtoList());
    bindings.putAll(call.attributes().asMap());
    Graph body = new GraphDecoder(tensors, bindings).decode(function);
    if (!body.captured().isEmpty()) {
      throw new InputException(
          "The function "
              + call.operator()
              + " reads values that it does not define: "
              + body.captured().stream().limit(5).toList());
    }
    int opset = OnnxReader.opsets(function.getOpsetImportList()).getOrDefault("", target);
    Graph raised = new RaiseOpset(target).raise(body, opset);
    return inline(raised, raised.allNames());
  }

  private static String fresh(String wish, Set<String> taken) {
    String candidate = wish;
    for (int number = 1; !taken.add(candidate); number++) {
      candidate = wish + "_" + number;
    }
    return candidate;
  }
}
