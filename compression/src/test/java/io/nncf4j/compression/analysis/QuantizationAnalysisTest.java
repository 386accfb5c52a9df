package io.nncf4j.compression.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.TinyNetwork;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.GraphNodeRecord;
import io.nncf4j.core.record.LayerRecord;
import io.nncf4j.core.record.PlanRow;
import io.nncf4j.core.record.RangeRecord;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class QuantizationAnalysisTest {
  private final Engine engine = new OnnxRuntimeEngine();
  private final Model model = TinyNetwork.model();

  private PostTrainingQuantization.Result quantize(QuantizationOptions options) {
    CalibratedModel calibrated = calibrate(options);
    return new PostTrainingQuantization.Result(
        calibrated.build(calibrated.plan()), calibrated.plan(), 20, List.of());
  }

  private CalibratedModel calibrate(QuantizationOptions options) {
    return new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
        .calibrate(
            model,
            TinyNetwork.samples(TinyNetwork.images(20)),
            QuantizationParameters.defaults()
                .withPlacement(options)
                // The extremes of what was seen, so that ranges and observations can be compared.
                .withRange(RangeEstimator.MIN_MAX)
                .withBiasCorrection(BiasCorrectionMode.NONE)
                .withCalibration(CalibrationOptions.defaults().withWorkers(1)),
            null);
  }

  private QuantizationAnalysis analysis(PostTrainingQuantization.Result result) {
    return new QuantizationAnalysis(model, result.model(), result.plan());
  }

  @Test
  void eachLayerHasItsRangeNoiseAndSize() {
    PostTrainingQuantization.Result result = quantize(QuantizationOptions.defaults());
    QuantizationAnalysis analysis = analysis(result);
    Map<String, Double> noise =
        new SignalToNoise(engine, 1)
            .measure(
                model,
                result.model(),
                analysis.outputs(),
                List.of(SyntheticInputs.ofSeed(3).generate(model.graph().inputs())));
    Map<String, LayerRecord> layers =
        analysis.layers(noise).stream()
            .collect(Collectors.toMap(LayerRecord::name, layer -> layer));
    assertThat(layers).containsKeys("conv1", "conv2", "add", "gemm").doesNotContainKey("relu");
    assertThat(noise).containsKeys("conv1", "conv2", "add", "gemm");
    assertThat(noise.values()).allSatisfy(decibel -> assertThat(decibel).isBetween(5.0, 90.0));
    LayerRecord first = layers.get("conv1");
    assertThat(first.quantizer()).contains("8-bit symmetric");
    assertThat(first.low()).isZero();
    assertThat(first.high()).isPositive();
    assertThat(first.sizeBytesBefore()).isEqualTo(4 * (6 * 3 * 9 + 6));
    assertThat(first.sizeBytesAfter()).isBetween(6L * 3 * 9 + 6, first.sizeBytesBefore() / 2);
    assertThat(layers.get("add").sizeBytesBefore()).isZero();
  }

  @Test
  void theGraphHasNoQuantizersButPrecisions() {
    List<GraphNodeRecord> nodes = analysis(quantize(QuantizationOptions.defaults())).graphNodes();
    assertThat(nodes)
        .extracting(GraphNodeRecord::type)
        .doesNotContain("QuantizeLinear", "DequantizeLinear");
    GraphNodeRecord add =
        nodes.stream().filter(node -> node.name().equals("add")).findFirst().orElseThrow();
    assertThat(add.inputs()).containsExactly("conv2", "relu");
    assertThat(add.precision()).isEqualTo("int8");
    assertThat(nodes)
        .filteredOn(node -> node.name().equals("relu"))
        .extracting(GraphNodeRecord::precision)
        .containsExactly("int8");
  }

  @Test
  void whatStaysInFloatSaysSo() {
    QuantizationOptions options =
        QuantizationOptions.defaults().withIgnoredScope(IgnoredScope.ofNames("conv2"));
    QuantizationAnalysis analysis = analysis(quantize(options));
    assertThat(analysis.graphNodes())
        .filteredOn(node -> node.name().equals("conv2"))
        .extracting(GraphNodeRecord::precision)
        .containsExactly("float");
    assertThat(analysis.layers(Map.of()))
        .filteredOn(layer -> layer.name().equals("conv2"))
        .extracting(LayerRecord::quantizer)
        .containsExactly("float");
    assertThat(analysis.planRows()).extracting(PlanRow::kind).contains("float", "weight");
  }

  @Test
  void rangesAreThoseOfTheQuantizers() {
    CalibratedModel calibrated = calibrate(QuantizationOptions.defaults());
    List<RangeRecord> ranges =
        new QuantizationAnalysis(
                calibrated.model(), calibrated.build(calibrated.plan()), calibrated.plan())
            .ranges(calibrated.observations());
    assertThat(ranges).extracting(RangeRecord::value).contains("input", "r1");
    assertThat(ranges)
        .allSatisfy(
            range -> {
              assertThat(range.low()).isLessThanOrEqualTo(0);
              assertThat(range.high()).isPositive();
              assertThat(range.observedLow()).isGreaterThanOrEqualTo(range.low() - 0.05);
              assertThat(range.observedHigh()).isLessThanOrEqualTo(range.high() + 0.05);
            });
  }
}
