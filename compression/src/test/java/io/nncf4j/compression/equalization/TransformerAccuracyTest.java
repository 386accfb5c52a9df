package io.nncf4j.compression.equalization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.TorchRandom;
import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.SharedFiles;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SmoothQuant in a vision transformer whose layer normalizations have outlier channels. */
class TransformerAccuracyTest {
  private static final List<Map<String, Tensor>> IMAGES =
      IntStream.range(0, 24)
          .mapToObj(seed -> new TorchRandom(seed).normal(1, 3, 32, 32))
          .map(image -> Map.of("input", image))
          .toList();

  private static double error(Model model, SmoothQuantAlphas alphas) {
    String input = model.graph().inputs().get(0).name();
    List<Map<String, Tensor>> images =
        IMAGES.stream().map(image -> Map.of(input, image.get("input"))).toList();
    Model quantized =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine())
            .quantize(
                model,
                GraphSketch.samples(images.subList(0, 16)),
                QuantizationParameters.defaults()
                    .withPlacement(
                        QuantizationOptions.defaults().withModelType(ModelType.TRANSFORMER))
                    // Else the layers with outliers would stay in float, and cost nothing.
                    .withSensitiveInFloat(false)
                    .withEqualization(Equalization.defaults().withSmoothQuant(alphas)))
            .model();
    double error = 0;
    double signal = 0;
    for (Map<String, Tensor> image : images.subList(16, 24)) {
      double[] expected = GraphSketch.run(model, image).values().iterator().next().toDoubles();
      double[] found = GraphSketch.run(quantized, image).values().iterator().next().toDoubles();
      for (int index = 0; index < expected.length; index++) {
        error += Math.pow(found[index] - expected[index], 2);
        signal += expected[index] * expected[index];
      }
    }
    return Math.sqrt(error / signal);
  }

  /**
   * The same function with every sixteenth channel of each layer normalization 40 times as large,
   * as trained transformers have them: the factors are taken out of the weights behind.
   */
  private static Model withOutliers(Model model) {
    Random random = new Random(3);
    Model result = model;
    for (Node node : model.graph().nodes()) {
      if (node.is("LayerNormalization")) {
        ChannelValue value = new ChannelValue(node.output(0), 2);
        float[] maxima = new float[64];
        for (int channel = 0; channel < maxima.length; channel++) {
          maxima[channel] = random.nextInt(16) == 0 ? 40 : 1;
        }
        result = grow(result, value, maxima);
      }
    }
    return result;
  }

  private static Model grow(Model model, ChannelValue value, float[] factors) {
    Graph graph = model.graph();
    GraphEditor editor = new GraphEditor(graph);
    Node norm = graph.producer(value.value());
    for (int input = 1; input <= 2; input++) {
      Tensor old = graph.constant(norm.input(input));
      double[] grown = old.toDoubles();
      for (int channel = 0; channel < grown.length; channel++) {
        grown[channel] *= factors[channel];
      }
      String name = editor.addConstant("grown", Tensor.ofDoubles(old.dataType(), grown, 64));
      editor.redirect(norm.name(), input, name);
    }
    for (Node reader : graph.consumers(value.value())) {
      Tensor weight = graph.constant(reader.input(1));
      if (!reader.is("MatMul") || weight == null) {
        return model;
      }
      double[] shrunk = weight.toDoubles();
      int columns = (int) weight.dimension(1);
      for (int index = 0; index < shrunk.length; index++) {
        shrunk[index] /= factors[index / columns];
      }
      editor.redirect(
          reader.name(),
          1,
          editor.addConstant(
              "shrunk", Tensor.ofDoubles(weight.dataType(), shrunk, weight.shape())));
    }
    return model.withGraph(editor.removeUnused().build());
  }

  @Test
  void outliersCostLess() {
    Model read = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_vit/model_dynamic.onnx"));
    Model model = withOutliers(read);
    double without = error(model, SmoothQuantAlphas.OFF);
    double with = error(model, SmoothQuantAlphas.defaults());
    assertThat(with).isLessThan(0.2 * without);
    // Where nothing stands out it wins and loses nothing.
    assertThat(error(read, SmoothQuantAlphas.defaults()))
        .isLessThan(1.2 * error(read, SmoothQuantAlphas.OFF));
  }
}
