package io.nncf4j.compression.equalization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.TorchRandom;
import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChannelAlignmentTest {
  private static final List<Map<String, Tensor>> SAMPLES =
      IntStream.range(0, 4)
          .mapToObj(seed -> Map.of("x", new TorchRandom(seed).normal(1, 2, 6, 6)))
          .toList();

  private static ChannelAlignment pass(Model model, Set<String> untouched) {
    return ChannelAlignment.calibrated(
        model,
        untouched,
        new Calibrator(new OnnxRuntimeEngine(), CalibrationOptions.defaults()),
        GraphSketch.samples(SAMPLES));
  }

  private static Model pair(Attributes second) {
    TorchRandom random = new TorchRandom(3);
    return new GraphSketch()
        .input("x", 1, 2, 6, 6)
        .constant("w1", random.normal(3, 2, 3, 3))
        .floats("b1", 10, -3, 0)
        .constant("w2", random.normal(4, 3, 2, 2))
        .node("c1", "Conv", "x", "w1", "b1")
        .node("c2", "Conv", second, "c1", "w2")
        .model("c2");
  }

  /** Values of the original framework's tests. */
  @Test
  void meansAndScalesAreThoseOfTheOriginal() {
    float[] counting = new float[24];
    for (int index = 0; index < counting.length; index++) {
      counting[index] = index;
    }
    double[] middle = {10, 20, 30};
    double[] bias = {3, 5, 9, 11};
    float[] half = java.util.Arrays.copyOf(counting, 12);
    assertThat(ChannelAlignment.shifted(bias, Tensor.ofFloats(half, 4, 3), middle))
        .containsExactly(83, 265, 449, 631);
    assertThat(ChannelAlignment.shifted(bias, Tensor.ofFloats(counting, 4, 3, 2, 1), middle))
        .containsExactly(383, 1105, 1829, 2551);
    assertThat(ChannelAlignment.factors(new double[] {-5, 0, 1e-3, 1e3, 2}))
        .containsExactly(1, 1, 0.01, 100, 1);
  }

  @Test
  void givesChannelsOneRangeAndTheSameResult() {
    Model model = pair(Attributes.NONE);
    Model after = pass(model, Set.of()).apply(model).model();
    assertThat(after).isNotSameAs(model);
    ChannelValue value = new ChannelValue(after.graph().node("c2").input(0), 1);
    double[][] extremes =
        ChannelObserver.meanExtremes(
                new Calibrator(new OnnxRuntimeEngine(), CalibrationOptions.defaults()),
                after,
                List.of(value),
                GraphSketch.samples(SAMPLES))
            .get(value);
    for (int channel = 0; channel < 3; channel++) {
      assertThat(extremes[0][channel] + extremes[1][channel]).isCloseTo(0, within(1e-4));
      assertThat(extremes[1][channel]).isCloseTo(extremes[1][0], within(1e-4));
    }
    for (Map<String, Tensor> sample : SAMPLES) {
      assertThat(GraphSketch.run(after, sample).get("c2").toDoubles())
          .containsExactly(GraphSketch.run(model, sample).get("c2").toDoubles(), within(1e-3));
    }
  }

  @Test
  void doesNotFireWhereAShiftWouldShow() {
    for (Attributes attributes :
        List.of(
            Attributes.NONE.with("pads", 1, 0, 0, 0),
            Attributes.NONE.with("strides", 2, 1),
            Attributes.NONE.with("dilations", 2, 1))) {
      Model model = pair(attributes);
      assertThat(pass(model, Set.of()).apply(model).model()).isSameAs(model);
    }
    Model model = pair(Attributes.NONE);
    assertThat(pass(model, Set.of("c1")).apply(model).model()).isSameAs(model);
  }

  @Test
  void changesNothingMoreTheSecondTime() {
    Model model = pair(Attributes.NONE);
    ChannelAlignment pass = pass(model, Set.of());
    Model once = pass.apply(model).model();
    assertThat(pass.apply(once).model()).isSameAs(once);
  }
}
