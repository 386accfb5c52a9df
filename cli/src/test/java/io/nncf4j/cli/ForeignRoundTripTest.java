package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.Closeness;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Models of PyTorch and TensorFlow, written as IR and as ONNX and read again, compute the same. */
class ForeignRoundTripTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> computeTheSame() throws IOException {
    List<Path> models = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(SharedFiles.oracle("torch-export"))) {
      walk.filter(
              file ->
                  file.endsWith("model_dynamic.pt2")
                      || file.endsWith("model_core_aten.pt2")
                      || file.endsWith("tiny_resnet/model.ts.pt")
                      || file.endsWith("tiny_mha/model.scripted.pt"))
          .sorted()
          .forEach(models::add);
    }
    for (String name :
        List.of(
            "pytorch/mobilenet_quantized.pt",
            "tensorflow/cifar-frozen.pb",
            "tensorflow/unet-person-128.pb",
            "tensorflow/mnist-conv-savedmodel",
            "tensorflow/keyword-spotting-savedmodel",
            "cross-format-samplenet/samplenet_tf2")) {
      models.add(SharedFiles.data("models").resolve(name));
    }
    return models.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getParent().getFileName() + "/" + file.getFileName(), () -> check(file)));
  }

  private void check(Path file) {
    Model model = ModelFiles.read(file);
    List<Tensor> expected = run(model, model);
    for (String name : List.of("again.xml", "again.onnx")) {
      Path target = folder.resolve(name);
      ModelFiles.write(model, target, true);
      List<Tensor> found = run(ModelFiles.read(target), model);
      assertThat(found).hasSameSizeAs(expected);
      for (int output = 0; output < found.size(); output++) {
        assertClose(found.get(output), expected.get(output));
      }
    }
  }

  /** Inputs are made for the original; the other has them under the same names. */
  private static List<Tensor> run(Model model, Model original) {
    Random random = new Random(5);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value input : original.graph().inputs()) {
      Shape shape = java.util.Objects.requireNonNull(input.tensorType().shape());
      long[] lengths = new long[shape.rank()];
      for (int axis = 0; axis < lengths.length; axis++) {
        long known = shape.get(axis).lengthOrMinusOne();
        // The code of the quantised net was traced for one picture and says so in a Reshape.
        lengths[axis] = known >= 0 ? known : axis == 0 ? 1 : 64;
      }
      DataType type = java.util.Objects.requireNonNull(input.tensorType().dataType());
      double[] values = new double[Tensor.elementCount(lengths)];
      for (int index = 0; index < values.length; index++) {
        values[index] = type.isFloatingPoint() ? random.nextGaussian() : random.nextInt(50);
      }
      inputs.put(input.name(), Tensor.ofDoubles(type, values, lengths));
    }
    Model lowered = new io.nncf4j.core.rewrite.LowerFakeQuantize().apply(model).model();
    try (Session session =
        new OnnxRuntimeEngine().compile(lowered, SessionOptions.defaults().withOptimize(false))) {
      return new ArrayList<>(session.run(inputs).values());
    }
  }

  private static void assertClose(Tensor found, Tensor expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(Closeness.difference(expected.size(), found::doubleAt, expected::doubleAt))
        .isLessThanOrEqualTo(1e-5);
  }
}
