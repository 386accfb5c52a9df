package io.nncf4j.oracles.tensorflow;

import io.nncf4j.core.tensor.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Runs a model of TensorFlow with TensorFlow. */
final class Original {
  private Original() {}

  /**
   * Runs a frozen graph or a SavedModel (signature {@code serving_default}).
   *
   * @param inputs by the names of placeholders, or of the signature's arguments
   * @param outputs names of nodes, or of the signature's results
   */
  static Map<String, io.nncf4j.core.tensor.Tensor> run(
      Path file, Map<String, io.nncf4j.core.tensor.Tensor> inputs, List<String> outputs)
      throws IOException {
    if (Files.isDirectory(file)) {
      return runSaved(file, inputs, outputs);
    }
    return runGraph(GraphDef.parseFrom(Files.readAllBytes(file)), inputs, outputs);
  }

  /** Runs a graph, by the names of placeholders and nodes. */
  static Map<String, io.nncf4j.core.tensor.Tensor> runGraph(
      GraphDef definition, Map<String, io.nncf4j.core.tensor.Tensor> inputs, List<String> outputs) {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(definition);
      try (Session session = new Session(graph)) {
        return run(session, inputs, outputs, outputs);
      }
    }
  }

  private static Map<String, io.nncf4j.core.tensor.Tensor> runSaved(
      Path folder, Map<String, io.nncf4j.core.tensor.Tensor> inputs, List<String> outputs) {
    try (SavedModelBundle bundle = SavedModelBundle.load(folder.toString(), "serve")) {
      var signature = bundle.metaGraphDef().getSignatureDefMap().get("serving_default");
      Map<String, io.nncf4j.core.tensor.Tensor> fed = new LinkedHashMap<>();
      inputs.forEach(
          (name, tensor) -> fed.put(signature.getInputsMap().get(name).getName(), tensor));
      List<String> fetched =
          outputs.stream().map(name -> signature.getOutputsMap().get(name).getName()).toList();
      return run(bundle.session(), fed, fetched, outputs);
    }
  }

  private static Map<String, io.nncf4j.core.tensor.Tensor> run(
      Session session,
      Map<String, io.nncf4j.core.tensor.Tensor> inputs,
      List<String> fetched,
      List<String> names) {
    List<Tensor> given = new ArrayList<>();
    Session.Runner runner = session.runner();
    inputs.forEach(
        (name, tensor) -> {
          given.add(toTensorFlow(tensor));
          runner.feed(name, given.get(given.size() - 1));
        });
    fetched.forEach(runner::fetch);
    try (Result result = runner.run()) {
      Map<String, io.nncf4j.core.tensor.Tensor> found = new LinkedHashMap<>();
      for (int index = 0; index < names.size(); index++) {
        found.put(names.get(index), fromTensorFlow(result.get(index)));
      }
      return found;
    } finally {
      given.forEach(Tensor::close);
    }
  }

  private static Tensor toTensorFlow(io.nncf4j.core.tensor.Tensor tensor) {
    byte[] bytes = new byte[tensor.data().remaining()];
    tensor.data().get(bytes);
    ByteDataBuffer data = org.tensorflow.ndarray.buffer.DataBuffers.of(bytes);
    return Tensor.of(type(tensor.dataType()), Shape.of(tensor.shape()), data);
  }

  private static Class<? extends org.tensorflow.types.family.TType> type(DataType type) {
    return switch (type) {
      case FLOAT32 -> TFloat32.class;
      case INT32 -> TInt32.class;
      case INT64 -> TInt64.class;
      case BOOL -> TBool.class;
      default -> throw new AssertionError(type);
    };
  }

  private static io.nncf4j.core.tensor.Tensor fromTensorFlow(Tensor tensor) {
    DataType type =
        switch (tensor.dataType()) {
          case DT_FLOAT -> DataType.FLOAT32;
          case DT_INT32 -> DataType.INT32;
          case DT_INT64 -> DataType.INT64;
          case DT_BOOL -> DataType.BOOL;
          default -> throw new AssertionError(tensor.dataType());
        };
    byte[] bytes = new byte[Math.toIntExact(tensor.numBytes())];
    tensor.asRawTensor().data().read(bytes);
    return io.nncf4j.core.tensor.Tensor.of(
        type, tensor.shape().asArray(), java.nio.ByteBuffer.wrap(bytes));
  }
}
