package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Activations of 16 bits with weights of 8, run by ONNX Runtime with default options. */
class WideActivationsTest {
  private static final QuantizerConstraints SIXTEEN_BITS =
      new QuantizerConstraints(16, null, null, null, null);

  private final Model model = TinyNetwork.model();
  private final List<Map<String, Tensor>> images = TinyNetwork.images(30);

  private Model quantize(Model model, QuantizationParameters parameters) {
    return new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine())
        .quantize(model, TinyNetwork.samples(images), parameters)
        .model();
  }

  private double error(Model model, Model quantized) {
    double error = 0;
    for (Map<String, Tensor> image : images.subList(20, 30)) {
      double[] expected = GraphSketch.run(model, image).get("logits").toDoubles();
      double[] found = GraphSketch.run(quantized, image).get("logits").toDoubles();
      for (int index = 0; index < expected.length; index++) {
        error += Math.pow(found[index] - expected[index], 2);
      }
    }
    return Math.sqrt(error);
  }

  private static List<DataType> typesOfActivations(Graph graph) {
    return graph.nodes().stream()
        .filter(node -> node.is("QuantizeLinear"))
        .map(node -> graph.constant(node.input(2)).dataType())
        .toList();
  }

  @Test
  void wholeModel() {
    Model wide = quantize(model, all16());
    assertThat(typesOfActivations(wide.graph())).isNotEmpty().containsOnly(DataType.UINT16);
    assertThat(wide.graph().constants().values())
        .filteredOn(tensor -> tensor.size() > 6)
        .extracting(Tensor::dataType)
        .containsOnly(DataType.INT8);
  }

  /** A convolution whose weights are whole steps, so that all error comes from activations. */
  @Test
  void errorOfActivationsAllButGoes() {
    Model exact =
        new GraphSketch()
            .input("input", 1, 3, 8, 8)
            .constant("w", Tensor.ofFloats(new float[] {127, -3, 55, 12, -127, 90}, 2, 3, 1, 1))
            .node("logits", "Conv", "input", "w")
            .model("logits");
    double wide = error(exact, quantize(exact, all16()));
    double narrow = error(exact, quantize(exact, QuantizationParameters.defaults()));
    assertThat(wide).isLessThan(0.02 * narrow);
  }

  private static QuantizationParameters all16() {
    return QuantizationParameters.defaults()
        .withPlacement(
            QuantizationOptions.defaults()
                .withConstraints(SIXTEEN_BITS, QuantizerConstraints.NONE));
  }

  @Test
  void inputsOfSomeNodes() {
    Model wide =
        quantize(
            model,
            QuantizationParameters.defaults().withWideActivations(IgnoredScope.ofNames("conv2")));
    Graph graph = wide.graph();
    Node dequantize = graph.producer(graph.node("conv2").input(0));
    assertThat(graph.constant(dequantize.input(2)).dataType()).isEqualTo(DataType.UINT16);
    assertThat(typesOfActivations(graph)).contains(DataType.UINT8, DataType.UINT16);
    assertThat(error(model, wide))
        .isLessThan(1.1 * error(model, quantize(model, QuantizationParameters.defaults())));
  }

  /** Values that share a scale change together. */
  @Test
  void wholeGroupsChange() {
    Model wide =
        quantize(
            model,
            QuantizationParameters.defaults().withWideActivations(IgnoredScope.ofNames("gemm")));
    Graph graph = wide.graph();
    Node behind = graph.producer(graph.node("gemm").input(0));
    Node before = graph.producer(graph.node("flatten").input(0));
    assertThat(graph.constant(behind.input(2)).dataType()).isEqualTo(DataType.UINT16);
    assertThat(graph.constant(before.input(2)).dataType()).isEqualTo(DataType.UINT16);
  }
}
