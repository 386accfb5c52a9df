package io.nncf4j.formats.onnx;

import com.google.protobuf.ByteString;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import io.nncf4j.formats.onnx.proto.Onnx.AttributeProto.AttributeType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes attributes of ONNX messages. */
final class AttributeDecoder {
  /** Tag of attributes that are kept encoded: see {@link Attribute.OpaqueAttribute}. */
  static final String OPAQUE_FORMAT = "onnx";

  private final TensorDecoder tensors;
  private final Function<Onnx.GraphProto, Graph> bodies;

  AttributeDecoder(TensorDecoder tensors, Function<Onnx.GraphProto, Graph> bodies) {
    this.tensors = tensors;
    this.bodies = bodies;
  }

  /** The attribute, or null when the message holds no value at all. */
  @Nullable Attribute decode(Onnx.AttributeProto message) {
    return switch (type(message)) {
      case UNDEFINED -> null;
      case FLOAT -> Attribute.of(message.getF());
      case INT -> Attribute.of(message.getI());
      case STRING -> new Attribute.StringAttribute(message.getS().toByteArray());
      case TENSOR -> Attribute.of(tensors.decode(message.getT()));
      case GRAPH -> Attribute.of(bodies.apply(message.getG()));
      case FLOATS -> new Attribute.FloatsAttribute(message.getFloatsList());
      case INTS -> new Attribute.IntsAttribute(message.getIntsList());
      case STRINGS ->
          new Attribute.StringsAttribute(
              message.getStringsList().stream().map(ByteString::toStringUtf8).toList());
      case TENSORS ->
          new Attribute.TensorsAttribute(
              message.getTensorsList().stream().map(tensors::decode).toList());
      case GRAPHS ->
          new Attribute.GraphsAttribute(message.getGraphsList().stream().map(bodies).toList());
      case TYPE_PROTO -> {
        ValueType type = OnnxTypes.valueType(message.getTp());
        yield type == null ? opaque(message) : new Attribute.TypeAttribute(type);
      }
      case SPARSE_TENSOR, SPARSE_TENSORS, TYPE_PROTOS -> opaque(message);
    };
  }

  static Attribute opaque(Onnx.AttributeProto message) {
    return new Attribute.OpaqueAttribute(OPAQUE_FORMAT, message.toByteArray());
  }

  /** The declared type, or for files older than that field the one whose value is there. */
  private static AttributeType type(Onnx.AttributeProto message) {
    if (message.getType() != AttributeType.UNDEFINED) {
      return message.getType();
    }
    if (message.hasF()) {
      return AttributeType.FLOAT;
    } else if (message.hasI()) {
      return AttributeType.INT;
    } else if (message.hasS()) {
      return AttributeType.STRING;
    } else if (message.hasT()) {
      return AttributeType.TENSOR;
    } else if (message.hasG()) {
      return AttributeType.GRAPH;
    } else if (message.getFloatsCount() > 0) {
      return AttributeType.FLOATS;
    } else if (message.getIntsCount() > 0) {
      return AttributeType.INTS;
    } else if (message.getStringsCount() > 0) {
      return AttributeType.STRINGS;
    } else if (message.getTensorsCount() > 0) {
      return AttributeType.TENSORS;
    } else if (message.getGraphsCount() > 0) {
      return AttributeType.GRAPHS;
    }
    return AttributeType.UNDEFINED;
  }

  /**
   * The attributes of a Constant node with its value as a tensor {@code value}, whichever of the
   * seven forms the file used. Sparse values stay as they are.
   */
  static Map<String, Attribute> normalizeConstant(Map<String, Attribute> attributes) {
    for (Map.Entry<String, Attribute> entry : attributes.entrySet()) {
      Tensor value = entry.getKey().startsWith("value_") ? tensor(entry.getValue()) : null;
      if (value != null) {
        Map<String, Attribute> changed = new TreeMap<>(attributes);
        changed.remove(entry.getKey());
        changed.put("value", Attribute.of(value));
        return changed;
      }
    }
    return attributes;
  }

  private static @Nullable Tensor tensor(Attribute attribute) {
    if (attribute instanceof Attribute.FloatAttribute one) {
      return Tensor.scalar(one.value());
    } else if (attribute instanceof Attribute.IntAttribute one) {
      return Tensor.scalar(one.value());
    } else if (attribute instanceof Attribute.StringAttribute one) {
      return Tensor.ofStrings(List.of(one.text()));
    } else if (attribute instanceof Attribute.FloatsAttribute list) {
      float[] values = new float[list.values().size()];
      for (int index = 0; index < values.length; index++) {
        values[index] = list.values().get(index);
      }
      return Tensor.ofFloats(values, values.length);
    } else if (attribute instanceof Attribute.IntsAttribute list) {
      return Tensor.vector(list.values().stream().mapToLong(Long::longValue).toArray());
    } else if (attribute instanceof Attribute.StringsAttribute list) {
      return Tensor.ofStrings(list.values(), list.values().size());
    }
    return null;
  }
}
