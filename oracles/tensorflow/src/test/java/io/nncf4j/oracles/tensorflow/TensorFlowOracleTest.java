package io.nncf4j.oracles.tensorflow;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every TensorFlow model that we can read: converted to ONNX, it gives what TensorFlow gives. */
class TensorFlowOracleTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "cross-format-samplenet/samplenet.pb, data, add_4, 1 3 32 32",
    "cross-format-samplenet/samplenet_tf2, conv2d_9_input, dense_12, 2 32 32 3",
    "tensorflow/cifar-frozen.pb, Input, Output, 2 32 32 3",
    "tensorflow/unet-person-128.pb, input, output/BiasAdd, 2 128 128 3",
    "tensorflow/mnist-conv-savedmodel, Features, Prediction, 2 28 28 1",
    "tensorflow/keyword-spotting-savedmodel, input_1, dense, 2 49 10 1"
  })
  void outputsAreThoseOfTensorFlow(String path, String input, String output, String shape)
      throws IOException {
    Path file = SharedFiles.data("models").resolve(path);
    long[] lengths = java.util.Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    Map<String, Tensor> inputs = Map.of(input, Comparison.noise(DataType.FLOAT32, lengths));
    Path target = folder.resolve("converted.onnx");
    Files.deleteIfExists(target);
    ModelFiles.write(ModelFiles.read(file), target, true);
    Model converted = ModelFiles.read(target);
    double difference =
        Comparison.assertClose(
            Comparison.run(converted, inputs), Original.run(file, inputs, List.of(output)), 1e-4);
    System.out.printf("%s: difference %.1e of the largest output%n", path, difference);
  }
}
