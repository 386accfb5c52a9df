package io.nncf4j.formats.onnx;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes graphs of ONNX messages, bodies included.
 *
 * <p>The depth of bodies is bounded by the parser, which refuses messages nested deeper than a
 * hundred levels (thirty-three bodies).
 */
final class GraphDecoder {
  private final TensorDecoder tensors;
  private final AttributeDecoder attributes;
  private final Map<String, Attribute> bindings;

  /**
   * @param bindings what a function's body sees under the names of the function's attributes; empty
   *     for a graph
   */
  GraphDecoder(TensorDecoder tensors, Map<String, Attribute> bindings) {
    this.tensors = tensors;
    this.attributes = new AttributeDecoder(tensors, this::decode);
    this.bindings = bindings;
  }

  Graph decode(Onnx.GraphProto message) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (Onnx.TensorProto initializer : message.getInitializerList()) {
      if (initializer.getName().isEmpty()
          || constants.put(initializer.getName(), tensors.decode(initializer)) != null) {
        throw new InputException(
            "The graph \""
                + message.getName()
                + "\" has two initializers of the name \""
                + initializer.getName()
                + "\", or one without a name");
      }
    }
    List<Node> nodes = new ArrayList<>();
    NodeNames names = new NodeNames(message.getNodeList());
    for (Onnx.SparseTensorProto sparse : message.getSparseInitializerList()) {
      nodes.add(sparseConstant(sparse, names));
    }
    for (Onnx.NodeProto node : message.getNodeList()) {
      nodes.add(decode(node, names));
    }
    // Up to IR version 3 every initializer was listed as an input too. A default that a caller may
    // replace is frozen: a compressed model has one set of weights.
    List<Value> inputs =
        message.getInputList().stream()
            .filter(input -> !constants.containsKey(input.getName()))
            .map(GraphDecoder::value)
            .toList();
    List<Value> outputs = message.getOutputList().stream().map(GraphDecoder::value).toList();
    Map<String, ValueType> types = types(message.getValueInfoList(), nodes);
    return new Graph(message.getName(), inputs, outputs, constants, nodes, types);
  }

  /** The body of a function as a graph whose inputs and outputs have no types. */
  Graph decode(Onnx.FunctionProto message) {
    NodeNames names = new NodeNames(message.getNodeList());
    List<Node> nodes = message.getNodeList().stream().map(node -> decode(node, names)).toList();
    return new Graph(
        message.getName(),
        message.getInputList().stream().map(name -> new Value(name, null)).toList(),
        message.getOutputList().stream().map(name -> new Value(name, null)).toList(),
        Map.of(),
        nodes,
        types(message.getValueInfoList(), nodes));
  }

  private Node decode(Onnx.NodeProto message, NodeNames names) {
    String name = names.next(message);
    if (message.getOpType().isEmpty()) {
      throw new InputException("Node \"" + name + "\" has no operator type");
    }
    Map<String, Attribute> values;
    try {
      values = attributes(message.getAttributeList());
    } catch (InputException e) {
      throw new InputException("Node \"" + name + "\", " + e.getMessage(), e);
    }
    OperatorType operator = ModelFunctions.operator(message);
    if (operator.equals(OperatorType.onnx("Constant"))) {
      values = AttributeDecoder.normalizeConstant(values);
    }
    return new Node(
        name, operator, Attributes.of(values), message.getInputList(), message.getOutputList());
  }

  /** Attributes by name; those that refer to an attribute of the function take its value. */
  Map<String, Attribute> attributes(List<Onnx.AttributeProto> messages) {
    Map<String, Attribute> values = new TreeMap<>();
    for (Onnx.AttributeProto message : messages) {
      Attribute value = value(message);
      if (value != null && values.put(message.getName(), value) != null) {
        throw new InputException("attribute " + message.getName() + " is there twice");
      }
    }
    return values;
  }

  private @Nullable Attribute value(Onnx.AttributeProto message) {
    if (!message.getRefAttrName().isEmpty()) {
      return bindings.get(message.getRefAttrName());
    }
    try {
      return attributes.decode(message);
    } catch (InputException e) {
      throw new InputException("attribute " + message.getName() + ": " + e.getMessage(), e);
    }
  }

  /** A sparse initializer as the Constant node that means the same, so that it stays sparse. */
  private static Node sparseConstant(Onnx.SparseTensorProto sparse, NodeNames names) {
    String value = sparse.getValues().getName();
    Onnx.AttributeProto attribute =
        Onnx.AttributeProto.newBuilder()
            .setName("sparse_value")
            .setType(Onnx.AttributeProto.AttributeType.SPARSE_TENSOR)
            .setSparseTensor(sparse)
            .build();
    return Node.onnx(
        names.fresh(value.isEmpty() ? "Constant" : value),
        "Constant",
        Attributes.of("sparse_value", AttributeDecoder.opaque(attribute)),
        List.of(),
        List.of(value));
  }

  private static Value value(Onnx.ValueInfoProto message) {
    return new Value(
        message.getName(), message.hasType() ? OnnxTypes.valueType(message.getType()) : null);
  }

  /** Recorded types of values that nodes define; others carry their own or do not exist. */
  private static Map<String, ValueType> types(
      List<Onnx.ValueInfoProto> messages, List<Node> nodes) {
    Set<String> defined = new HashSet<>();
    nodes.forEach(node -> defined.addAll(node.outputs()));
    Map<String, ValueType> types = new HashMap<>();
    for (Onnx.ValueInfoProto message : messages) {
      ValueType type = OnnxTypes.valueType(message.getType());
      if (type != null && defined.contains(message.getName())) {
        types.put(message.getName(), type);
      }
    }
    return types;
  }
}
