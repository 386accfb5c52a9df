package io.nncf4j.benchmarks.quantization;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** How often each operator stands in a model after ONNX Runtime has rewritten it. */
final class OptimizedOperators {
  private OptimizedOperators() {}

  static Map<String, Integer> count(OnnxRuntimeEngine engine, Model model) {
    try {
      Path folder = Files.createTempDirectory("nncf4j-optimized");
      Path file = folder.resolve("optimized.onnx");
      try {
        engine.writeOptimized(model, SessionOptions.defaults(), file);
        Map<String, Integer> counts = new TreeMap<>();
        for (Node node : ModelFiles.read(file).graph().nodes()) {
          counts.merge(node.type(), 1, Integer::sum);
        }
        return counts;
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException failure) {
      throw new NncfException("The optimized model cannot be looked at: " + failure, failure);
    }
  }
}
