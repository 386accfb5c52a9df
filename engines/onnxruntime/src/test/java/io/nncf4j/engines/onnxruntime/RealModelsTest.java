package io.nncf4j.engines.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every real ONNX model of the shared folder, on made-up inputs. */
class RealModelsTest {
  private static final SessionOptions OPTIONS = SessionOptions.defaults().withThreads(1);
  private final Engine engine = new OnnxRuntimeEngine();

  /** One test for each file; each reads its model when it runs. */
  private interface Check {
    void accept(Model model, Map<String, Tensor> inputs);
  }

  private static Stream<DynamicTest> forEachModel(Check check) throws IOException {
    Path folder = SharedFiles.data("models");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    folder.relativize(file).toString(),
                    () -> {
                      Model model = ModelFiles.read(file);
                      check.accept(
                          model, SyntheticInputs.ofSeed(7).generate(model.graph().inputs()));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> runAndAgreeInTwoThreads() throws IOException {
    return forEachModel(
        (model, inputs) -> {
          try (Session one = engine.compile(model, OPTIONS);
              Session other = engine.compile(model, OPTIONS.withReuseOutputs(true))) {
            Map<String, Tensor> expected = one.run(inputs);
            assertThat(expected.keySet())
                .containsExactlyElementsOf(
                    model.graph().outputs().stream().map(Value::name).toList());
            CompletableFuture<Void> beside =
                CompletableFuture.runAsync(() -> agree(other, inputs, expected));
            agree(one, inputs, expected);
            beside.join();
          }
        });
  }

  private static void agree(
      Session session, Map<String, Tensor> inputs, Map<String, Tensor> expected) {
    for (int run = 0; run < 3; run++) {
      assertThat(session.run(inputs)).isEqualTo(expected);
    }
  }

  @TestFactory
  Stream<DynamicTest> probesShowWhatACutModelComputes() throws IOException {
    return forEachModel(
        (model, inputs) -> {
          Graph graph = model.graph();
          List<String> probes = everyTenthValue(graph);
          SessionOptions plain = OPTIONS.withOptimize(false);
          try (Session whole = engine.compile(model, plain);
              Session probed = engine.compile(model, plain.withProbes(probes))) {
            Map<String, Tensor> outputs = probed.run(inputs);
            whole
                .run(inputs)
                .forEach((name, tensor) -> assertThat(outputs).containsEntry(name, tensor));
            for (String probe : probes) {
              Model cut =
                  model.withGraph(
                      new GraphEditor(graph)
                          .outputs(List.of(new Value(probe, null)))
                          .removeUnused()
                          .build());
              try (Session session = engine.compile(cut, plain)) {
                assertThat(outputs).containsEntry(probe, session.run(inputs).get(probe));
              }
            }
          }
        });
  }

  private static List<String> everyTenthValue(Graph graph) {
    List<Node> nodes = graph.nodes();
    return IntStream.range(0, nodes.size())
        .filter(index -> index % Math.max(10, nodes.size() / 8) == 3)
        .mapToObj(nodes::get)
        .map(node -> node.output(0))
        .filter(value -> !value.isEmpty() && !graph.isOutput(value))
        .toList();
  }
}
