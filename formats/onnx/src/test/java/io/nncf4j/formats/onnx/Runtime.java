package io.nncf4j.formats.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs ONNX bytes in ONNX Runtime as they are: one thread, no graph optimisation.
 *
 * <p>Its Java interface cannot carry uint16, uint32 and uint64, so values of these types are cast
 * to int64 at the border.
 */
final class Runtime {
  private Runtime() {}

  static Map<String, Tensor> run(byte[] model, Map<String, Tensor> inputs) throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      try (OrtSession session = environment.createSession(withoutWideUnsigned(model), options)) {
        return run(environment, session, inputs);
      }
    }
  }

  private static Map<String, Tensor> run(
      OrtEnvironment environment, OrtSession session, Map<String, Tensor> inputs)
      throws OrtException {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    List<ByteBuffer> alive = new ArrayList<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        if (session.getInputNames().contains(input.getKey())) {
          given.put(input.getKey(), tensor(environment, input.getValue(), alive));
        }
      }
      try (OrtSession.Result result = session.run(given)) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), tensor((OnnxTensor) output.getValue()));
        }
        return outputs;
      }
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, Tensor tensor, List<ByteBuffer> alive) throws OrtException {
    if (tensor.dataType() == DataType.STRING) {
      return OnnxTensor.createTensor(
          environment, tensor.strings().toArray(String[]::new), tensor.shape());
    }
    Tensor wide = isWideUnsigned(tensor.dataType()) ? toLongs(tensor) : tensor;
    ByteBuffer bytes = ByteBuffer.allocateDirect((int) wide.byteCount());
    bytes.order(ByteOrder.nativeOrder()).put(wide.data()).flip();
    alive.add(bytes);
    return OnnxTensor.createTensor(environment, bytes, wide.shape(), javaType(wide.dataType()));
  }

  private static Tensor toLongs(Tensor tensor) {
    return Tensor.ofLongs(tensor.toLongs(), tensor.shape());
  }

  private static Tensor tensor(OnnxTensor value) throws OrtException {
    long[] shape = value.getInfo().getShape();
    if (value.getInfo().type == OnnxJavaType.STRING) {
      Object strings = value.getValue();
      return Tensor.ofStrings(
          strings instanceof String[] list ? List.of(list) : List.of((String) strings), shape);
    }
    ByteBuffer bytes = value.getByteBuffer();
    return Tensor.of(dataType(value.getInfo().type), shape, bytes);
  }

  private static OnnxJavaType javaType(DataType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      default -> OnnxJavaType.valueOf(type.name());
    };
  }

  private static DataType dataType(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> DataType.FLOAT32;
      case DOUBLE -> DataType.FLOAT64;
      default -> DataType.valueOf(type.name());
    };
  }

  private static boolean isWideUnsigned(@org.jspecify.annotations.Nullable DataType type) {
    return type == DataType.UINT16 || type == DataType.UINT32 || type == DataType.UINT64;
  }

  private static byte[] withoutWideUnsigned(byte[] model) {
    Onnx.ModelProto.Builder message;
    try {
      message = Onnx.ModelProto.parseFrom(model).toBuilder();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
    Onnx.GraphProto.Builder graph = message.getGraphBuilder();
    boolean changed = false;
    List<Onnx.NodeProto> first = new ArrayList<>();
    for (Onnx.ValueInfoProto.Builder input : graph.getInputBuilderList()) {
      int type = input.getType().getTensorType().getElemType();
      if (isWideUnsigned(DataType.ofOnnxNumber(type))) {
        String name = input.getName();
        first.add(cast(name, name + "_unsigned", type));
        rename(graph, name, name + "_unsigned");
        setLong(input);
        changed = true;
      }
    }
    for (Onnx.ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
      if (isWideUnsigned(DataType.ofOnnxNumber(output.getType().getTensorType().getElemType()))) {
        String name = output.getName();
        rename(graph, name, name + "_unsigned");
        graph.addNode(cast(name + "_unsigned", name, 7));
        setLong(output);
        changed = true;
      }
    }
    if (!changed) {
      return model;
    }
    List<Onnx.NodeProto> rest = List.copyOf(graph.getNodeList());
    graph.clearNode().addAllNode(first).addAllNode(rest);
    return message.build().toByteArray();
  }

  private static void setLong(Onnx.ValueInfoProto.Builder value) {
    value.getTypeBuilder().getTensorTypeBuilder().setElemType(7);
  }

  private static void rename(Onnx.GraphProto.Builder graph, String from, String to) {
    for (Onnx.NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int index = 0; index < node.getInputCount(); index++) {
        if (node.getInput(index).equals(from)) {
          node.setInput(index, to);
        }
      }
      for (int index = 0; index < node.getOutputCount(); index++) {
        if (node.getOutput(index).equals(from)) {
          node.setOutput(index, to);
        }
      }
    }
  }

  private static Onnx.NodeProto cast(String from, String to, int type) {
    return Onnx.NodeProto.newBuilder()
        .setOpType("Cast")
        .addInput(from)
        .addOutput(to)
        .addAttribute(
            Onnx.AttributeProto.newBuilder()
                .setName("to")
                .setType(Onnx.AttributeProto.AttributeType.INT)
                .setI(type))
        .build();
  }
}
