package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.TorchRandom;
import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.TargetRuntime;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Biases that the original framework's tests expect, from the same weights and input.
 *
 * <p>There the mean output of the float layer, over the real input, is held against the quantized
 * layer's answer to an input that is its own mean everywhere. Where windows see the border less
 * often than the middle the two differ without any quantization, and the "correction" puts that
 * difference into the bias; here both sides are answers to the mean, so that it cancels.
 */
class BiasCorrectionReferenceTest {
  private static final float[] WEIGHT = {.1f, -2, 1, .1f, .1f, 2, -1, .1f};

  private static Model convolution(float scale0, float scale1) {
    float[] weight = WEIGHT.clone();
    for (int index = 0; index < 8; index++) {
      weight[index] *= index < 4 ? scale0 : scale1;
    }
    return new GraphSketch()
        .input("x", 1, 1, 4, 4)
        .constant("w", Tensor.ofFloats(weight, 2, 1, 2, 2))
        .floats("b", .1f, 1)
        .node("y", "Conv", "x", "w", "b")
        .model("y");
  }

  /**
   * Weights as a fake quantizer with 255 levels from low to high rounds them: ties, such as the 1
   * between two levels here, go to the level that is even when counted from low.
   */
  private static Tensor fakeQuantized(Tensor weight, int outputs) {
    double[] values = weight.toDoubles();
    int row = values.length / outputs;
    for (int output = 0; output < outputs; output++) {
      double high = 0;
      for (int index = output * row; index < (output + 1) * row; index++) {
        high = Math.max(high, Math.abs(values[index]));
      }
      for (int index = output * row; index < (output + 1) * row; index++) {
        float level = (float) ((values[index] + high) * 254 / (2 * high));
        values[index] = Math.rint(level) * 2 * high / 254 - high;
      }
    }
    return Tensor.ofDoubles(DataType.FLOAT32, values, weight.shape());
  }

  private static double[] means(Tensor tensor, int channels) {
    double[] means = new double[channels];
    int size = tensor.size() / channels;
    for (int index = 0; index < tensor.size(); index++) {
      means[index / size] += tensor.doubleAt(index) / size;
    }
    return means;
  }

  /** Bias + mean float output - answer of the quantized layer to the mean of its input. */
  private static double[] asThere(Model model, Tensor x) {
    Graph graph = model.graph();
    Node node = graph.node("y");
    Tensor weight = graph.constant("w");
    double[] answer =
        MeanResponse.of(graph, node, weight).apply(fakeQuantized(weight, 2), means(x, 1));
    double[] output = means(GraphSketch.run(model, Map.of("x", x)).get("y"), 2);
    return IntStream.range(0, 2)
        .mapToDouble(channel -> output[channel] - answer[channel])
        .toArray();
  }

  @Test
  void formulaGivesTheBiasesOfTheOriginal() {
    Tensor x = new TorchRandom(0).uniform(1, 1, 4, 4);
    assertThat(asThere(convolution(1, 1), x))
        .containsExactly(new double[] {0.0288348, 1.0838453}, within(1e-5));
    // A batch normalization with scales 0.2 and 2, folded.
    float unit = (float) (1 / Math.sqrt(1 + 1e-5));
    double[] folded = asThere(convolution(0.2f * unit, 2 * unit), x);
    assertThat(folded[1]).isCloseTo(1.1676897, within(1e-5));
    // Here the tie between two levels, 0.2 · 2 / 127 apart, is decided by the last bit.
    assertThat(folded[0]).isCloseTo(0.08396978, within(0.2 * 2 / 127));
  }

  /** The layer of three inputs: no window, so both ways agree. */
  @Test
  void matrixProductIsThatOfTheOriginal() {
    Tensor x = new TorchRandom(0).uniform(3, 3);
    Model model =
        new GraphSketch()
            .input("x", 3, 3)
            .constant("w", Tensor.ofFloats(new float[] {.1f, .2f, .3f, .3f, -.1f, .2f}, 2, 3))
            .floats("b", 1, 2)
            .node("y", "Gemm", Attributes.NONE.with("transB", 1L), "x", "w", "b")
            .model("y");
    Tensor weight = model.graph().constant("w");
    double[] columns = {
      (x.doubleAt(0) + x.doubleAt(3) + x.doubleAt(6)) / 3,
      (x.doubleAt(1) + x.doubleAt(4) + x.doubleAt(7)) / 3,
      (x.doubleAt(2) + x.doubleAt(5) + x.doubleAt(8)) / 3
    };
    MeanResponse response = MeanResponse.of(model.graph(), model.graph().node("y"), weight);
    double[] before = response.apply(weight, columns);
    double[] after = response.apply(fakeQuantized(weight, 2), columns);
    assertThat(new double[] {1 + before[0] - after[0], 2 + before[1] - after[1]})
        .containsExactly(new double[] {0.9999, 1.9989}, within(5e-5));
  }

  private static double[] meanOutput(Model model, Tensor x, int channels) {
    return means(GraphSketch.run(model, Map.of("x", x)).get("y"), channels);
  }

  /** What comes out has the mean of the float layer, which the original's bias misses by 0.08. */
  @Test
  void correctedLayerHasTheMeanOfTheFloatLayer() {
    Model model = convolution(1, 1);
    Tensor x = new TorchRandom(0).uniform(1, 1, 4, 4);
    double[] expected = meanOutput(model, x, 2);
    double[] found = meanOutput(quantized(model, List.of(Map.of("x", x))), x, 2);
    for (int channel = 0; channel < 2; channel++) {
      assertThat(found[channel]).isCloseTo(expected[channel], within(0.02));
    }
    assertThat(Math.abs(0.0288348 - 0.1)).isGreaterThan(0.07);
  }

  /** Alpha and beta of a Gemm scale what the correction adds. */
  @Test
  void scaledMatrixProductHasTheMeanOfTheFloatLayer() {
    Tensor x = new TorchRandom(0).uniform(8, 3);
    Model model =
        new GraphSketch()
            .input("x", 8, 3)
            .constant("w", Tensor.ofFloats(new float[] {.1f, .2f, .3f, .3f, -.1f, 2f}, 2, 3))
            .floats("b", 0, 0)
            .node(
                "y",
                "Gemm",
                Attributes.NONE.with("transB", 1L).with("alpha", 0.01f).with("beta", 4f),
                "x",
                "w",
                "b")
            .model("y");
    Model made =
        new PostTrainingQuantization(new TargetPlanner(), new OnnxRuntimeEngine())
            .quantize(
                model,
                GraphSketch.samples(List.of(Map.of("x", x))),
                QuantizationParameters.defaults()
                    .withPlacement(
                        QuantizationOptions.defaults().withTargetRuntime(TargetRuntime.NONE))
                    .withBiasCorrection(BiasCorrectionMode.FULL))
            .model();
    double[] expected = columnMeans(GraphSketch.run(model, Map.of("x", x)).get("y"));
    double[] found = columnMeans(GraphSketch.run(made, Map.of("x", x)).get("y"));
    for (int channel = 0; channel < 2; channel++) {
      assertThat(found[channel]).isCloseTo(expected[channel], within(5e-5));
    }
  }

  private static double[] columnMeans(Tensor tensor) {
    double[] means = new double[2];
    for (int index = 0; index < tensor.size(); index++) {
      means[index % 2] += tensor.doubleAt(index) * 2 / tensor.size();
    }
    return means;
  }

  private static Model quantized(Model model, List<Map<String, Tensor>> samples) {
    return new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine())
        .quantize(
            model,
            GraphSketch.samples(samples),
            QuantizationParameters.defaults().withBiasCorrection(BiasCorrectionMode.FULL))
        .model();
  }

  /** Zero biases, no bias, depthwise convolutions, branches that split and meet again. */
  @Test
  void noLayerIsLeftOut() {
    TorchRandom random = new TorchRandom(9);
    Model model =
        new GraphSketch()
            .input("x", 1, 4, 6, 6)
            .constant("w0", random.normal(4, 1, 3, 3))
            .floats("b0", 0, 0, 0, 0)
            .constant("w1", random.normal(3, 2, 1, 1))
            .constant("w2", random.normal(3, 2, 3, 3))
            .floats("b2", 0.5f, 0, -1)
            .constant("w3", random.normal(5, 6, 1, 1))
            .node(
                "depthwise",
                "Conv",
                Attributes.NONE.with("group", 4L).with("pads", 1, 1, 1, 1),
                "x",
                "w0",
                "b0")
            .add(
                Node.onnx(
                    "split",
                    "Split",
                    Attributes.NONE.with("axis", 1L).with("num_outputs", 2L),
                    List.of("depthwise"),
                    List.of("p1", "p2")))
            .node("plain", "Conv", "p1", "w1")
            .node("padded", "Conv", Attributes.NONE.with("pads", 1, 1, 1, 1), "p2", "w2", "b2")
            .node("both", "Concat", Attributes.NONE.with("axis", 1L), "plain", "padded")
            .node("y", "Conv", "both", "w3")
            .model("y");
    List<Map<String, Tensor>> samples =
        IntStream.range(0, 16)
            .mapToObj(seed -> Map.of("x", new TorchRandom(seed).uniform(1, 4, 6, 6)))
            .toList();
    Graph graph = quantized(model, samples).graph();
    for (String layer : List.of("depthwise", "plain", "padded", "y")) {
      Node node = graph.node(layer);
      assertThat(node.hasInput(2)).as(layer).isTrue();
      Node bias = graph.producer(node.input(2));
      assertThat(graph.constant(bias.input(0)).toLongs()).as(layer).doesNotContain(0L);
    }
  }

  @Test
  void floatModelIsLeftAsItWas() {
    Model model = convolution(1, 1);
    Graph before = new GraphEditor(model.graph()).build();
    Model after = quantized(model, List.of(Map.of("x", new TorchRandom(0).uniform(1, 1, 4, 4))));
    assertThat(after).isNotEqualTo(model);
    assertThat(model.graph()).isEqualTo(before);
  }
}
