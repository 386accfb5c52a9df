package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.RangeEstimator.Aggregator;
import io.nncf4j.compression.options.RangeEstimator.End;
import io.nncf4j.compression.options.RangeEstimator.Statistic;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.compression.statistics.SampleDistribution;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RangeEstimatorTest {
  private static final QuantizationParameters DEFAULTS = QuantizationParameters.defaults();

  private final Engine engine = new OnnxRuntimeEngine();
  private final Model model = TinyNetwork.model();

  static Stream<RangeEstimator> estimators() {
    return Stream.of(
        RangeEstimator.MIN_MAX,
        RangeEstimator.LIMITED_MIN_MAX,
        RangeEstimator.MEAN_MIN_MAX,
        RangeEstimator.MEDIAN_MIN_MAX,
        RangeEstimator.MEAN_NO_OUTLIERS_MIN_MAX,
        RangeEstimator.MEAN_QUANTILE,
        RangeEstimator.HISTOGRAM,
        RangeEstimator.percentile(1e-3),
        new RangeEstimator(
            new End(Statistic.MIN, Aggregator.MEDIAN_NO_OUTLIERS, 0.01),
            new End(Statistic.ABS_MAX, Aggregator.MEDIAN_NO_OUTLIERS, 0.01)),
        new RangeEstimator(
            new End(Statistic.QUANTILE, Aggregator.MIN, 0.001),
            new End(Statistic.ABS_QUANTILE, Aggregator.MAX, 0.001)));
  }

  private PostTrainingQuantization.Result quantize(QuantizationParameters parameters) {
    return new PostTrainingQuantization(new TargetPlanner(), engine)
        .quantize(model, TinyNetwork.samples(TinyNetwork.images(20)), parameters);
  }

  @ParameterizedTest
  @MethodSource("estimators")
  void staysCloseToFloatWithAnyNumberOfWorkers(RangeEstimator estimator) {
    QuantizationParameters parameters = DEFAULTS.withRange(estimator);
    Model quantized =
        quantize(parameters.withCalibration(CalibrationOptions.defaults().withWorkers(3))).model();
    assertThat(cosine(quantized)).isGreaterThan(0.98);
    assertThat(
            quantize(parameters.withCalibration(CalibrationOptions.defaults().withWorkers(1)))
                .model())
        .isEqualTo(quantized);
  }

  @Test
  void weightRangesReachAsFarAsTheirEstimator() {
    double largest = largestCode(weightsBy(RangeEstimator.MIN_MAX), "conv2");
    assertThat(largest).isEqualTo(127);
    float whole = scale(weightsBy(RangeEstimator.MIN_MAX));
    assertThat(scale(weightsBy(RangeEstimator.MEDIAN_MIN_MAX)))
        .as("one sample only")
        .isEqualTo(whole);
    assertThat(scale(weightsBy(RangeEstimator.percentile(0.1)))).isLessThan(0.95f * whole);
  }

  private Graph weightsBy(RangeEstimator estimator) {
    return quantize(DEFAULTS.withWeightRange(estimator)).model().graph();
  }

  private static float scale(Graph graph) {
    return graph.constant(graph.producer(graph.node("conv2").input(1)).input(1)).floatAt(0);
  }

  @Test
  void weightQuantilesInterpolateLikeNumPy() {
    float[] values = {5, 1, 2, 4, 3};
    RangeEstimator tenth =
        new RangeEstimator(
            new End(Statistic.QUANTILE, Aggregator.MEAN, 0.1),
            new End(Statistic.QUANTILE, Aggregator.MEAN, 0.1));
    assertThat(EstimatedRange.ofWeights(values, tenth)).isEqualTo(ObservedRange.of(1.4f, 4.6f));
  }

  @Test
  void outliersAreLeftOut() {
    SampleDistribution distribution = new SampleDistribution();
    for (float value : new float[] {1, 1.1f, 0.9f, 1, 100, -50}) {
      distribution.add(value);
    }
    assertThat(distribution.mean(1e-4)).isCloseTo(1, within(0.06));
    assertThat(distribution.mean()).isCloseTo(9, within(1e-6));
    assertThat(distribution.median(0)).isCloseTo(1, within(0.06));
  }

  @Test
  void endsThatDoNotGoTogetherAreRefused() {
    assertThatThrownBy(() -> new End(Statistic.RAW, Aggregator.MEAN))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("RAW");
    assertThatThrownBy(() -> new End(Statistic.MIN, Aggregator.HISTOGRAM))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new End(Statistic.QUANTILE, Aggregator.MEAN, 0.7))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("0.7");
    assertThatThrownBy(
            () -> new RangeEstimator(RangeEstimator.HISTOGRAM.low(), RangeEstimator.MIN_MAX.high()))
        .isInstanceOf(InputException.class);
  }

  @Test
  void overflowFixHalvesLevelsAndEndsTheFinding() {
    PostTrainingQuantization.Result without = quantize(DEFAULTS);
    assertThat(saturating(without)).contains("conv1");
    PostTrainingQuantization.Result first =
        quantize(DEFAULTS.withOverflowFix(OverflowFix.FIRST_LAYER));
    assertThat(saturating(first)).doesNotContain("conv1").contains("conv2");
    assertThat(largestCode(first.model().graph(), "conv1")).isLessThanOrEqualTo(64);
    assertThat(largestCode(first.model().graph(), "conv2")).isGreaterThan(100);
    PostTrainingQuantization.Result all = quantize(DEFAULTS.withOverflowFix(OverflowFix.ENABLE));
    assertThat(saturating(all)).isEmpty();
    assertThat(cosine(all.model())).isGreaterThan(0.98);
  }

  /** Two channels go into one sum of 16 bits: 255 · 127 fits, twice that does not. */
  @Test
  void pairsOfProductsSaturate() {
    assertThat(saturatesWith(1, 1)).isTrue();
    assertThat(saturatesWith(1, 0.01f)).isFalse();
    assertThat(saturatesWith(1, -1)).as("no activation is negative").isFalse();
    assertThat(saturatesWith(-1, -1)).isTrue();
  }

  private boolean saturatesWith(float first, float second) {
    Model pair =
        new GraphSketch()
            .input("x", 1, 2, 4, 4)
            .constant("w", Tensor.ofFloats(new float[] {first, second}, 1, 2, 1, 1))
            .node("c", "Conv", "x", "w")
            .node("y", "Relu", "c")
            .model("y");
    Random random = new Random(1);
    float[] pixels = new float[32];
    for (int index = 0; index < pixels.length; index++) {
      pixels[index] = index % 16 == 0 ? 1 : random.nextFloat();
    }
    Map<String, Tensor> image = Map.of("x", Tensor.ofFloats(pixels, 1, 2, 4, 4));
    PostTrainingQuantization.Result result =
        new PostTrainingQuantization(new TargetPlanner(), engine)
            .quantize(
                pair,
                TinyNetwork.samples(List.of(image)),
                DEFAULTS.withRange(RangeEstimator.MIN_MAX).withWeightRange(RangeEstimator.MIN_MAX));
    return !saturating(result).isEmpty();
  }

  private static List<String> saturating(PostTrainingQuantization.Result result) {
    return result.findings().stream()
        .filter(finding -> finding.code().equals("may-saturate"))
        .map(Finding::nodes)
        .flatMap(List::stream)
        .toList();
  }

  private static double largestCode(Graph graph, String node) {
    Tensor codes = graph.constant(graph.producer(graph.node(node).input(1)).input(0));
    assertThat(codes.dataType()).isEqualTo(DataType.INT8);
    double largest = 0;
    for (int index = 0; index < codes.size(); index++) {
      largest = Math.max(largest, Math.abs(codes.doubleAt(index)));
    }
    return largest;
  }

  private double cosine(Model quantized) {
    Map<String, Tensor> input = TinyNetwork.images(25).get(24);
    try (Session before = engine.compile(model, SessionOptions.defaults());
        Session after = engine.compile(quantized, SessionOptions.defaults())) {
      return TinyNetwork.cosine(before.run(input).get("logits"), after.run(input).get("logits"));
    }
  }
}
