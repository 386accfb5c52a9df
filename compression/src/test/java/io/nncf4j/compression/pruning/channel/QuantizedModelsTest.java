package io.nncf4j.compression.pruning.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.TinyNetwork;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Channels of models that have been quantized: codes, scales and zero points go with them. */
class QuantizedModelsTest {
  private static Model quantized() {
    CalibratedModel calibrated =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine())
            .calibrate(
                TinyNetwork.model(),
                TinyNetwork.samples(TinyNetwork.images(8)),
                QuantizationParameters.defaults(),
                null);
    return calibrated.build(calibrated.plan());
  }

  @Test
  void codesAndScalesOfEachChannelGoTogether() {
    ChannelAnalysis analysis = ChannelAnalysis.of(quantized());
    List<ChannelUnit> removed = new ArrayList<>();
    Random random = new Random(3);
    for (ChannelGroup group : analysis.groups()) {
      if (group.units().size() > 1) {
        removed.addAll(Agreement.some(group, random));
      }
    }
    assertThat(removed).isNotEmpty();
    Model smaller = new RemoveChannels(analysis).remove(removed);
    Graph graph = smaller.graph();
    int layers = 0;
    for (Node node : graph.nodes()) {
      if (!node.is("Conv")) {
        continue;
      }
      Node dequantize = graph.producer(node.input(1));
      assertThat(dequantize).as(node.name()).isNotNull();
      Tensor codes = graph.constant(dequantize.input(0));
      Tensor scales = graph.constant(dequantize.input(1));
      assertThat(codes.dataType()).isEqualTo(DataType.INT8);
      assertThat((long) scales.size()).isIn(1L, codes.dimension(0));
      layers++;
    }
    assertThat(layers).isPositive();
    Model masked = new MaskChannels(analysis).mask(removed);
    Map<String, Tensor> image = TinyNetwork.images(1).get(0);
    Map<String, Tensor> expected = GraphSketch.run(masked, image);
    GraphSketch.run(smaller, image)
        .forEach(
            (name, tensor) ->
                assertThat(TinyNetwork.cosine(tensor, expected.get(name)))
                    .as(name)
                    .isGreaterThan(0.999));
  }
}
