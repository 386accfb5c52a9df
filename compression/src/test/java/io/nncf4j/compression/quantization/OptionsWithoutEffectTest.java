package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.TorchRandom;
import io.nncf4j.compression.options.AdvancedQuantizationParameters;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OptionsWithoutEffectTest {
  private static final QuantizationParameters DEFAULTS = QuantizationParameters.defaults();

  /** Two convolutions that channel alignment can pair. */
  private final Model convolutions =
      new GraphSketch()
          .input("input", 1, 3, 8, 8)
          .constant("w1", new TorchRandom(1).normal(4, 3, 3, 3))
          .constant("w2", new TorchRandom(2).normal(4, 4, 1, 1))
          .node("c1", "Conv", "input", "w1")
          .node("c2", "Conv", "c1", "w2")
          .model("c2");

  private final Model product =
      new GraphSketch()
          .input("input", 6, 8)
          .constant("w1", new TorchRandom(1).normal(8, 8))
          .node("m1", "MatMul", "input", "w1")
          .model("m1");

  private static List<String> without(Model model, QuantizationParameters parameters) {
    long[] shape = model.graph().inputs().get(0).tensorType().shape().toArray();
    List<Map<String, Tensor>> images =
        IntStream.range(0, 4)
            .mapToObj(seed -> Map.of("input", new TorchRandom(seed).normal(shape)))
            .toList();
    return new PostTrainingQuantization(new TargetPlanner(), new OnnxRuntimeEngine())
        .quantize(model, GraphSketch.samples(images), parameters).findings().stream()
            .filter(finding -> finding.code().equals("option-without-effect"))
            .map(Finding::message)
            .toList();
  }

  private static QuantizationParameters advanced(
      UnaryOperator<AdvancedQuantizationParameters> change) {
    return DEFAULTS.withAdvancedParameters(change.apply(AdvancedQuantizationParameters.defaults()));
  }

  private static void assertSaid(Model model, QuantizationParameters parameters, String what) {
    assertThat(without(model, parameters)).singleElement().asString().contains(what);
  }

  @Test
  void nothingIsSaidOfDefaults() {
    assertThat(without(convolutions, DEFAULTS)).isEmpty();
    assertThat(without(TinyNetwork.model(), DEFAULTS.withModelType(ModelType.TRANSFORMER)))
        .as("additions of a transformer stay in float")
        .isEmpty();
  }

  @Test
  void modelType() {
    SmoothQuantAlphas off = SmoothQuantAlphas.OFF;
    QuantizationParameters transformer =
        advanced(a -> a.withSmoothQuantAlphas(off)).withModelType(ModelType.TRANSFORMER);
    assertSaid(convolutions, transformer, "model type");
    assertThat(without(TinyNetwork.model(), transformer)).isEmpty();
  }

  @Test
  void preset() {
    QuantizerConstraints symmetric = new QuantizerConstraints(null, true, null, null, null);
    QuantizationParameters fixed =
        advanced(a -> a.withQuantizationParams(symmetric, QuantizerConstraints.NONE));
    assertSaid(convolutions, fixed.withPreset(QuantizationPreset.MIXED), "preset mixed");
    assertThat(without(convolutions, DEFAULTS.withPreset(QuantizationPreset.MIXED))).isEmpty();
  }

  @Test
  void smoothing() {
    SmoothQuantAlphas matmul = new SmoothQuantAlphas(-1, 0.5);
    assertSaid(convolutions, advanced(a -> a.withSmoothQuantAlphas(matmul)), "SmoothQuant");
    assertThat(without(product, advanced(a -> a.withSmoothQuantAlphas(matmul)))).isEmpty();
  }

  @Test
  void alignment() {
    assertSaid(product, advanced(a -> a.withDisableChannelAlignment(false)), "channel alignment");
    assertThat(without(convolutions, advanced(a -> a.withDisableChannelAlignment(false))))
        .isEmpty();
  }

  @Test
  void overflowFix() {
    assertSaid(product, DEFAULTS.withOverflowFix(OverflowFix.FIRST_LAYER), "overflow fix");
    assertThat(without(convolutions, DEFAULTS.withOverflowFix(OverflowFix.FIRST_LAYER))).isEmpty();
    assertThat(without(product, DEFAULTS.withOverflowFix(OverflowFix.ENABLE))).isEmpty();
  }

  @Test
  void wideActivations() {
    assertSaid(
        TinyNetwork.model(),
        DEFAULTS.withWideActivations(IgnoredScope.ofNames("relu")),
        "16 bits for the inputs");
    assertThat(
            without(
                TinyNetwork.model(), DEFAULTS.withWideActivations(IgnoredScope.ofNames("conv2"))))
        .isEmpty();
  }

  @Test
  void rangeOfActivations() {
    assertThat(without(convolutions, DEFAULTS.withRange(RangeEstimator.HISTOGRAM))).isEmpty();
  }
}
