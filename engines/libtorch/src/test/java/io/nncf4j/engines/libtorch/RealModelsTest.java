package io.nncf4j.engines.libtorch;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.SharedFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every real ONNX model gives the same outputs on libtorch as on ONNX Runtime. */
class RealModelsTest {
  private static final double TOLERANCE = 1e-4;

  @TestFactory
  Stream<DynamicTest> agreesWithOnnxRuntime() throws IOException {
    Path folder = SharedFiles.data("models");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(folder.relativize(file).toString(), () -> agrees(file)));
  }

  private static void agrees(Path file) {
    Model model = ModelFiles.read(file);
    Map<String, Tensor> inputs = inputs(model);
    SessionOptions options = SessionOptions.defaults().withThreads(1);
    Map<String, Tensor> expected;
    try (Session session = new OnnxRuntimeEngine().compile(model, options)) {
      expected = session.run(inputs);
    }
    for (boolean optimize : new boolean[] {true, false}) {
      try (Session session = new LibtorchEngine().compile(model, options.withOptimize(optimize))) {
        for (int run = 0; run < 2; run++) {
          Map<String, Tensor> actual = session.run(inputs);
          expected.forEach(
              (name, tensor) -> Agreement.check(name, actual.get(name), tensor, TOLERANCE));
        }
      }
    }
  }

  /**
   * A photo for what takes images, so that detectors have something to find: scores of pure noise
   * are so small that the error of ONNX Runtime's own sigmoid (1e-7) outweighs them.
   */
  private static Map<String, Tensor> inputs(Model model) {
    Map<String, Tensor> inputs =
        new LinkedHashMap<>(SyntheticInputs.ofSeed(7).generate(model.graph().inputs()));
    inputs.replaceAll(
        (name, tensor) ->
            tensor.rank() == 4 && tensor.dimension(1) == 3 ? photo(tensor.shape()) : tensor);
    return inputs;
  }

  private static Tensor photo(long[] shape) {
    Path folder = SharedFiles.data("faces");
    int height = (int) shape[2];
    int width = (int) shape[3];
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    try (Stream<Path> files = Files.list(folder)) {
      BufferedImage photo = ImageIO.read(files.sorted().findFirst().orElseThrow().toFile());
      image.createGraphics().drawImage(photo, 0, 0, width, height, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    float[] values = new float[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      int pixel = index % (height * width);
      int channel = index / (height * width) % 3;
      values[index] = image.getRGB(pixel % width, pixel / width) >> (8 * channel) & 0xFF;
    }
    return Tensor.ofFloats(values, shape);
  }
}
