package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models that compute in float16 or float64. */
class OtherFloatsTest {
  /** Data sets are float32 whatever the model takes. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "FLOAT64"})
  void takeSamplesInFloat32(DataType type) {
    Model model =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine())
            .quantize(
                network(type),
                TinyNetwork.samples(TinyNetwork.images(4)),
                QuantizationParameters.defaults())
            .model();
    Map<String, Tensor> image = TinyNetwork.images(1).get(0);
    assertThat(GraphSketch.run(model, image).get("logits").dataType()).isEqualTo(type);
  }

  /** The tiny network with all its tensors in another type. */
  private static Model network(DataType type) {
    Graph graph = TinyNetwork.model().graph();
    GraphEditor editor = new GraphEditor(graph);
    graph
        .constants()
        .forEach(
            (name, tensor) ->
                editor.constant(name, Tensor.ofDoubles(type, tensor.toDoubles(), tensor.shape())));
    editor.inputs(List.of(new Value("input", TensorType.of(type, 1, 3, 8, 8))));
    editor.outputs(List.of(new Value("logits", TensorType.of(type, 1, 5))));
    Graph changed = editor.build().withTypes(Map.of());
    return ShapeInference.infer(Model.of(changed));
  }

  private static List<Map<String, Tensor>> images(DataType type, int count) {
    return TinyNetwork.images(count).stream()
        .map(
            image ->
                Map.of("input", Tensor.ofDoubles(type, image.get("input").toDoubles(), 1, 3, 8, 8)))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "FLOAT64"})
  void areQuantizedLikeFloat32AndKeepTheirInterface(DataType type) {
    Model model = network(type);
    List<Map<String, Tensor>> images = images(type, 30);
    PostTrainingQuantization.Result result =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine())
            .quantize(
                model,
                TinyNetwork.samples(images.subList(0, 20)),
                QuantizationParameters.defaults());
    assertThat(result.findings()).extracting(Finding::code).contains("computed-in-float32");
    Graph graph = result.model().graph();
    assertThat(graph.inputs().get(0).tensorType().dataType()).isEqualTo(type);
    assertThat(
            graph.constants().values().stream()
                .filter(tensor -> tensor.size() > 6)
                .map(Tensor::dataType)
                .collect(Collectors.toSet()))
        .containsExactly(DataType.INT8);
    List<Map<String, Tensor>> float32 = TinyNetwork.images(30);
    for (int index = 20; index < 30; index++) {
      Tensor found = GraphSketch.run(result.model(), images.get(index)).get("logits");
      assertThat(found.dataType()).isEqualTo(type);
      // ONNX Runtime has no float64 convolution to compare with.
      Tensor expected = GraphSketch.run(TinyNetwork.model(), float32.get(index)).get("logits");
      assertThat(TinyNetwork.cosine(expected, found)).isGreaterThan(0.995);
    }
  }
}
