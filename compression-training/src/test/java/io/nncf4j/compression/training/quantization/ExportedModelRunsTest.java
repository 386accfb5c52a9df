package io.nncf4j.compression.training.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.SmallNetwork;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ONNX Runtime with its default options runs what was exported, and computes what the training
 * graph does, also where batch-norm turns the sign of a channel.
 */
class ExportedModelRunsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"target_device\": \"ANY\"}",
        "{\"overflow_fix\": \"disable\"}",
        "{\"overflow_fix\": \"first_layer_only\"}",
        "{\"weights\": {\"per_channel\": false}}",
        "{\"weights\": {\"mode\": \"asymmetric\"}}",
        "{\"weights\": {\"mode\": \"asymmetric\", \"per_channel\": false}}",
        "{\"preset\": \"mixed\"}",
        "{\"target_device\": \"TRIAL\", \"weights\": {\"bits\": 16}, \"activations\": {\"bits\": 16}}",
        "{\"weights\": {\"bits\": 16}, \"activations\": {\"bits\": 16}}",
        "{\"target_device\": \"TRIAL\", \"weights\": {\"bits\": 12}, \"activations\": {\"bits\": 12}}",
        "{\"target_device\": \"TRIAL\", \"weights\": {\"bits\": 4, \"mode\": \"asymmetric\"}}"
      })
  void asItWasTrained(String settings) {
    QuantizationController controller = create(settings);
    try (CompressedModel compressed = controller.model()) {
      Tensor gamma = compressed.session().state().read("bn1.weight");
      float[] flipped = gamma.toFloats();
      flipped[1] = -0.7f;
      flipped[4] = -1.3f;
      compressed.session().state().write("bn1.weight", Tensor.ofFloats(flipped, flipped.length));
      Tensor images = SmallNetwork.batch(3).images();
      float[] trained = evaluate(compressed, images);
      float tolerance = 0.03f * largest(trained);
      Model exported = controller.strip();
      float[] plain = run(exported, images, false);
      float[] optimized = run(exported, images, true);
      assertThat(plain).containsExactly(trained, within(tolerance));
      assertThat(optimized).containsExactly(plain, within(tolerance));
    }
  }

  /** In steps of products of 16 bits each, 32 bits hold no bias of ordinary size. */
  @Test
  void biasesBehindWideIntegersAreNotLeftToTheRuntime() {
    QuantizationController controller =
        create(
            "{\"target_device\": \"TRIAL\", \"weights\": {\"bits\": 16}, \"activations\": {\"bits\": 16}}");
    try (CompressedModel compressed = controller.model()) {
      assertThat(compressed.graph()).isNotNull();
      Graph exported = controller.strip().graph();
      assertThat(exported.nodes()).filteredOn(node -> node.is("Conv")).isNotEmpty();
      for (Node node : exported.nodes()) {
        if (node.is("Conv")) {
          Node bias = exported.producer(node.input(2));
          assertThat(bias).as(node.name()).isNotNull().matches(each -> each.is("DequantizeLinear"));
        }
      }
    }
  }

  private static QuantizationController create(String settings) {
    boolean hasDevice = settings.contains("target_device");
    String device =
        hasDevice ? settings.replaceAll(".*target_device\": \"(\\w+)\".*", "$1") : "ANY";
    String others = settings.replaceAll("\"target_device\": \"\\w+\",? ?", "");
    String section = others.equals("{}") ? "" : ", " + others.substring(1, others.length() - 1);
    NNCFConfig config =
        NNCFConfig.fromText(
            "{\"target_device\": \"%s\", \"compression\": {\"algorithm\": \"quantization\"%s}}"
                .formatted(device, section));
    config.registerExtraStructs(
        List.of(
            new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(8)),
            new ExtraStruct.BNAdaptationInitArgs(SmallNetwork.samples(8))));
    return CompressedModels.createCompressedModel(
            SmallNetwork.model(), config, null, TrainingOptions.defaults().withThreads(1), false)
        .part(QuantizationController.class)
        .orElseThrow();
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static float[] evaluate(CompressedModel model, Tensor images) {
    try (Outputs outputs = model.evaluate(Map.of("x", images))) {
      return outputs.read("logits").toFloats();
    }
  }

  private static float[] run(Model model, Tensor images, boolean optimized) {
    try (Session session =
        new OnnxRuntimeEngine()
            .compile(model, SessionOptions.defaults().withThreads(1).withOptimize(optimized))) {
      return Objects.requireNonNull(session.run(Map.of("x", images)).get("logits")).toFloats();
    }
  }
}
