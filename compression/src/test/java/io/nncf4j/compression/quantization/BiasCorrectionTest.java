package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BiasCorrectionTest {
  private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
  private final Model model = ShapeInference.infer(TinyNetwork.model());

  /** On pictures of one colour the formula is exact, padding included. */
  @Test
  void meanResponseIsWhatAConvolutionGives() {
    Graph graph = model.graph();
    double[] colour = {0.5, -1.25, 2};
    float[] pixels = new float[3 * 64];
    for (int index = 0; index < pixels.length; index++) {
      pixels[index] = (float) colour[index / 64];
    }
    Node node = graph.node("conv1");
    Tensor weight = graph.constant("w1");
    double[] response = MeanResponse.of(graph, node, weight).apply(weight, colour);
    try (Session session =
        engine.compile(model, SessionOptions.defaults().withProbes(List.of("c1")))) {
      Tensor output = session.run(Map.of("input", Tensor.ofFloats(pixels, 1, 3, 8, 8))).get("c1");
      for (int channel = 0; channel < 6; channel++) {
        double mean = -graph.constant("b1").doubleAt(channel);
        for (int pixel = 0; pixel < 64; pixel++) {
          mean += output.doubleAt(channel * 64 + pixel) / 64;
        }
        assertThat(response[channel]).isCloseTo(mean, within(1e-4));
      }
    }
  }

  @Test
  void bringsTheMeanOutputBack() {
    List<Map<String, Tensor>> images = TinyNetwork.images(64);
    double none = meanError(images, BiasCorrectionMode.NONE);
    assertThat(meanError(images, BiasCorrectionMode.FAST)).isLessThan(none);
    assertThat(meanError(images, BiasCorrectionMode.FULL)).isLessThan(0.5 * none);
  }

  private double meanError(List<Map<String, Tensor>> images, BiasCorrectionMode mode) {
    Model quantized =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
            .quantize(
                model,
                TinyNetwork.samples(images),
                QuantizationParameters.defaults().withBiasCorrection(mode))
            .model();
    double[] error = new double[5];
    try (Session before = engine.compile(model, SessionOptions.defaults());
        Session after = engine.compile(quantized, SessionOptions.defaults())) {
      for (Map<String, Tensor> image : images) {
        Tensor expected = before.run(image).get("logits");
        Tensor found = after.run(image).get("logits");
        for (int index = 0; index < 5; index++) {
          error[index] += (found.doubleAt(index) - expected.doubleAt(index)) / images.size();
        }
      }
    }
    double total = 0;
    for (double one : error) {
      total += one * one;
    }
    return Math.sqrt(total);
  }
}
