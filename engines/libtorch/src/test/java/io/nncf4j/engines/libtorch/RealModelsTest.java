package io.nncf4j.engines.libtorch;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
    Map<String, Tensor> inputs = SyntheticInputs.ofSeed(7).generate(model.graph().inputs());
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
}
