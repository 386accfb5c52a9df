package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.formats.pytorch.StateDictionary;
import io.nncf4j.formats.pytorch.WeightsByName;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Sequential;
import io.nncf4j.testing.SharedFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One LeNet in every format: the outputs are the same. */
class CrossFormatTest {
  private static Path file(String name) {
    return SharedFiles.data("models/cross-format-samplenet").resolve(name);
  }

  private static float[] picture(boolean reversed) {
    Random random = new Random(3);
    float[] values = new float[3 * 32 * 32];
    for (int index = 0; index < values.length; index++) {
      int plane = index / 1024;
      values[reversed ? (2 - plane) * 1024 + index % 1024 : index] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  private static float[] run(Model model, boolean reversed) {
    String input = model.graph().inputs().get(0).name();
    try (Session session = new OnnxRuntimeEngine().compile(model, SessionOptions.defaults())) {
      Tensor picture = Tensor.ofFloats(picture(reversed), 1, 3, 32, 32);
      return session.run(Map.of(input, picture)).values().iterator().next().toFloats();
    }
  }

  private static void assertSame(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int index = 0; index < found.length; index++) {
      assertThat(Math.abs(found[index] - expected[index])).isLessThan(1e-5f);
    }
  }

  @Test
  void everyFileGivesWhatTheOnnxTwinGives() {
    float[] expected = run(ModelFiles.read(file("samplenet.onnx")), false);
    assertSame(run(ModelFiles.read(file("samplenet.pb")), false), expected);
    // The IR was made to take the colours in the other order.
    assertSame(run(ModelFiles.read(file("SampLeNet.xml")), true), expected);
  }

  /**
   * The state dictionary was trained by itself and holds other weights than the twin: in a graph
   * built in Java, whose names it has, and in the twin's, which spells them otherwise, they give
   * the same.
   */
  @Test
  void theStateDictionaryGivesTheSameInAGraphBuiltWithLayersAndInTheTwin() {
    Model built =
        GraphBuilder.network(
            "samplenet",
            1,
            "data",
            Shape.of(1, 3, 32, 32),
            Sequential.of(
                Convolution.of("conv1", 3, 6, 5).withPadding(0).withBias(),
                Activation.RELU,
                Pooling.maximum(2, 2, 0),
                Convolution.of("conv2", 6, 16, 5).withPadding(0).withBias(),
                Activation.RELU,
                Pooling.maximum(2, 2, 0),
                Pooling.flatten(),
                new Linear("fc1", 400, 120),
                Activation.RELU,
                new Linear("fc2", 120, 84),
                Activation.RELU,
                new Linear("fc3", 84, 10)),
            "scores");
    WeightsByName.Loaded loaded =
        WeightsByName.load(built, StateDictionary.read(file("samplenet.pth")).tensors());
    assertThat(loaded.missing()).isEmpty();
    assertThat(loaded.unused()).isEmpty();
    WeightsByName.Loaded twin =
        WeightsByName.load(
            ModelFiles.read(file("samplenet.onnx")),
            StateDictionary.read(file("samplenet.pth")).tensors());
    assertThat(twin.loaded()).hasSize(10);
    assertSame(run(loaded.model(), false), run(twin.model(), false));
  }

  @Test
  void theResidualNetLoadsIntoItsOnnxTwin() {
    Path folder = SharedFiles.data("models");
    Model twin = ModelFiles.read(folder.resolve("classification/resnet20-cifar10.onnx"));
    WeightsByName.Loaded loaded =
        WeightsByName.load(
            twin, StateDictionary.read(folder.resolve("pytorch/resnet20-12fca82f.th")).tensors());
    assertThat(loaded.missing()).isEmpty();
    assertThat(loaded.model().graph().constants()).isEqualTo(twin.graph().constants());
  }
}
