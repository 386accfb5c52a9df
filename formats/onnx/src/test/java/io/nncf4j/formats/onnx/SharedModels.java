package io.nncf4j.formats.onnx;

import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One test for each ONNX model of the shared folders: the subclass says what holds for every one of
 * them.
 */
abstract class SharedModels {
  abstract void check(Path file) throws Exception;

  @TestFactory
  Stream<DynamicTest> realModels() throws IOException {
    return models(SharedFiles.data("models"));
  }

  @TestFactory
  Stream<DynamicTest> pruningModels() throws IOException {
    return models(SharedFiles.oracle("pruning/models"));
  }

  @TestFactory
  Stream<DynamicTest> exportsOfPyTorch() throws IOException {
    return models(SharedFiles.oracle("torch-export"));
  }

  @TestFactory
  Stream<DynamicTest> smallModelsAndTheirQuantizedForms() throws IOException {
    return models(SharedFiles.oracle("nncf-synthetic"));
  }

  private Stream<DynamicTest> models(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".onnx"))
          .sorted()
          .map(
              file ->
                  DynamicTest.dynamicTest(folder.relativize(file).toString(), () -> check(file)))
          .toList()
          .stream();
    }
  }
}
