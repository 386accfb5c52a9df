package io.nncf4j.formats.onnx;

import com.google.protobuf.ByteString;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small ONNX messages for tests. */
final class Protos {
  private Protos() {}

  /** A model of opset 21 around a graph. */
  static Onnx.ModelProto.Builder model(Onnx.GraphProto.Builder graph) {
    return model(21, graph);
  }

  static Onnx.ModelProto.Builder model(int opset, Onnx.GraphProto.Builder graph) {
    return Onnx.ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .setGraph(graph);
  }

  static Onnx.NodeProto.Builder node(String type, List<String> inputs, List<String> outputs) {
    return Onnx.NodeProto.newBuilder().setOpType(type).addAllInput(inputs).addAllOutput(outputs);
  }

  static Onnx.ValueInfoProto.Builder value(String name, long... shape) {
    Onnx.TensorShapeProto.Builder dimensions = Onnx.TensorShapeProto.newBuilder();
    for (long length : shape) {
      dimensions.addDimBuilder().setDimValue(length);
    }
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder().setElemType(1).setShape(dimensions)));
  }

  /** A float tensor with raw data of zeros, of whatever length. */
  static Onnx.TensorProto.Builder tensor(String name, int bytes, long... shape) {
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(1)
            .setRawData(ByteString.copyFrom(new byte[bytes]));
    for (long length : shape) {
      tensor.addDims(length);
    }
    return tensor;
  }

  static Onnx.StringStringEntryProto entry(String key, String value) {
    return Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  static Onnx.AttributeProto.Builder attribute(
      String name, Onnx.AttributeProto.AttributeType type) {
    return Onnx.AttributeProto.newBuilder().setName(name).setType(type);
  }

  static Path save(Onnx.ModelProto.Builder model, Path file) {
    try {
      return Files.write(file, model.build().toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
