package io.nncf4j.formats.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.formats.onnx.proto.Onnx;
import io.nncf4j.formats.onnx.proto.Onnx.AttributeProto.AttributeType;
import java.util.TreeMap;

/** Makes ONNX messages of graphs, in an order that only depends on the graph. */
final class GraphEncoder {
  private final TensorEncoder tensors;

  GraphEncoder(TensorEncoder tensors) {
    this.tensors = tensors;
  }

  Onnx.GraphProto encode(Graph graph) {
    Onnx.GraphProto.Builder message = Onnx.GraphProto.newBuilder().setName(graph.name());
    graph.nodes().forEach(node -> message.addNode(encode(node)));
    graph
        .constants()
        .forEach((name, tensor) -> message.addInitializer(tensors.encode(name, tensor)));
    graph.inputs().forEach(input -> message.addInput(encode(input)));
    graph.outputs().forEach(output -> message.addOutput(encode(output)));
    new TreeMap<>(graph.types())
        .forEach(
            (name, type) -> {
              if (!graph.isOutput(name)) {
                message.addValueInfo(encode(new Value(name, type)));
              }
            });
    return message.build();
  }

  private static Onnx.ValueInfoProto encode(Value value) {
    Onnx.ValueInfoProto.Builder message = Onnx.ValueInfoProto.newBuilder().setName(value.name());
    ValueType type = value.type();
    if (type != null) {
      message.setType(OnnxTypes.typeProto(type));
    }
    return message.build();
  }

  private Onnx.NodeProto encode(Node node) {
    Onnx.NodeProto.Builder message =
        Onnx.NodeProto.newBuilder()
            .setName(node.name())
            .setOpType(node.type())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    if (!node.operator().isOnnx()) {
      message.setDomain(node.operator().domain());
    }
    node.attributes()
        .asMap()
        .forEach((name, attribute) -> message.addAttribute(encode(name, attribute, node)));
    return message.build();
  }

  private Onnx.AttributeProto encode(String name, Attribute attribute, Node node) {
    Onnx.AttributeProto.Builder message = Onnx.AttributeProto.newBuilder().setName(name);
    if (attribute instanceof Attribute.IntAttribute one) {
      message.setType(AttributeType.INT).setI(one.value());
    } else if (attribute instanceof Attribute.FloatAttribute one) {
      message.setType(AttributeType.FLOAT).setF(one.value());
    } else if (attribute instanceof Attribute.StringAttribute one) {
      message.setType(AttributeType.STRING).setS(ByteString.copyFrom(one.bytes()));
    } else if (attribute instanceof Attribute.IntsAttribute list) {
      message.setType(AttributeType.INTS).addAllInts(list.values());
    } else if (attribute instanceof Attribute.FloatsAttribute list) {
      message.setType(AttributeType.FLOATS).addAllFloats(list.values());
    } else if (attribute instanceof Attribute.StringsAttribute list) {
      message.setType(AttributeType.STRINGS);
      list.values().forEach(text -> message.addStrings(ByteString.copyFromUtf8(text)));
    } else if (attribute instanceof Attribute.TensorAttribute one) {
      message.setType(AttributeType.TENSOR).setT(tensors.encode("", one.value()));
    } else if (attribute instanceof Attribute.TensorsAttribute list) {
      message.setType(AttributeType.TENSORS);
      list.values().forEach(tensor -> message.addTensors(tensors.encode("", tensor)));
    } else if (attribute instanceof Attribute.GraphAttribute one) {
      message.setType(AttributeType.GRAPH).setG(encode(one.value()));
    } else if (attribute instanceof Attribute.GraphsAttribute list) {
      message.setType(AttributeType.GRAPHS);
      list.values().forEach(body -> message.addGraphs(encode(body)));
    } else if (attribute instanceof Attribute.TypeAttribute one) {
      message.setType(AttributeType.TYPE_PROTO).setTp(OnnxTypes.typeProto(one.value()));
    } else if (attribute instanceof Attribute.OpaqueAttribute opaque) {
      return decodeOpaque(name, opaque, node);
    }
    return message.build();
  }

  private static Onnx.AttributeProto decodeOpaque(
      String name, Attribute.OpaqueAttribute opaque, Node node) {
    if (opaque.format().equals(AttributeDecoder.OPAQUE_FORMAT)) {
      try {
        return Onnx.AttributeProto.parseFrom(opaque.bytes()).toBuilder().setName(name).build();
      } catch (InvalidProtocolBufferException e) {
        throw new NncfException(
            "Node \"" + node.name() + "\": the kept attribute " + name + " is damaged", e);
      }
    }
    throw new NncfException(
        "Node \""
            + node.name()
            + "\": attribute "
            + name
            + " came from the format "
            + opaque.format()
            + " and has no form in ONNX");
  }
}
