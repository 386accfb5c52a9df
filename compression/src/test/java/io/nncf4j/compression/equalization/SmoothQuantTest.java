package io.nncf4j.compression.equalization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.TorchRandom;
import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SmoothQuantTest {
  private static final Tensor SAMPLE = new TorchRandom(1).normal(2, 5, 4);

  private static SmoothQuant pass(Model model, Set<String> untouched) {
    return SmoothQuant.calibrated(
        model,
        SmoothQuantAlphas.defaults(),
        untouched,
        new Calibrator(new OnnxRuntimeEngine(), CalibrationOptions.defaults().withWorkers(1)),
        GraphSketch.samples(List.of(Map.of("x", SAMPLE))));
  }

  /** Two projections behind a layer normalization, one of them with a bias, ReLU and another. */
  private static Model block() {
    TorchRandom random = new TorchRandom(7);
    return new GraphSketch()
        .input("x", 2, 5, 4)
        .floats("gamma", 1, 30, -0.5f, 2)
        .floats("beta", 0, 1, -1, 0.25f)
        .constant("wq", random.normal(4, 4))
        .constant("wk", random.normal(4, 6))
        .constant("bk", random.normal(6))
        .constant("wv", random.normal(6, 3))
        .node("norm", "LayerNormalization", "x", "gamma", "beta")
        .node("q", "MatMul", "norm", "wq")
        .node("k", "MatMul", "norm", "wk")
        .node("kb", "Add", "k", "bk")
        .node("relu", "Relu", "kb")
        .node("v", "MatMul", "relu", "wv")
        .model("q", "v");
  }

  private static void assertSameResults(Model before, Model after) {
    Map<String, Tensor> expected = GraphSketch.run(before, Map.of("x", SAMPLE));
    Map<String, Tensor> found = GraphSketch.run(after, Map.of("x", SAMPLE));
    expected.forEach(
        (name, tensor) ->
            assertThat(found.get(name).toDoubles())
                .containsExactly(tensor.toDoubles(), within(1e-4)));
  }

  @Test
  void constantsInFrontTakeTheFactors() {
    Model model = block();
    Graph graph = pass(model, Set.of()).apply(model).model().graph();
    assertThat(graph.nodes()).hasSameSizeAs(model.graph().nodes());
    assertThat(graph.node("norm").input(1)).isNotEqualTo("gamma");
    assertThat(graph.node("k").input(1)).isNotEqualTo("wk");
    assertSameResults(model, model.withGraph(graph));
  }

  @Test
  void aMultiplicationTakesThemWhenOthersReadTheValue() {
    Model model = block();
    Graph graph = pass(model, Set.of("q")).apply(model).model().graph();
    assertThat(graph.node("norm").input(1)).isEqualTo("gamma");
    assertThat(graph.node("q").input(0)).isEqualTo("norm");
    assertThat(graph.producer(graph.node("k").input(0)).type()).isEqualTo("Mul");
    assertSameResults(model, model.withGraph(graph));
  }

  @Test
  void evensOutTheChannels() {
    Model model = block();
    Model after = pass(model, Set.of()).apply(model).model();
    assertThat(spread(after)).isLessThan(0.3 * spread(model));
  }

  private static double spread(Model model) {
    Node q = model.graph().node("q");
    ChannelValue value = new ChannelValue(q.input(0), 2);
    float[] maxima =
        ChannelObserver.absoluteMaxima(
                new Calibrator(new OnnxRuntimeEngine(), CalibrationOptions.defaults()),
                model,
                List.of(value),
                GraphSketch.samples(List.of(Map.of("x", SAMPLE))))
            .get(value);
    double smallest = Double.MAX_VALUE;
    double largest = 0;
    for (float one : maxima) {
      smallest = Math.min(smallest, one);
      largest = Math.max(largest, one);
    }
    return largest / smallest;
  }

  @Test
  void leavesAloneWhatItMayNotTouchAndSharedWeights() {
    Model model = block();
    assertThat(pass(model, Set.of("q", "k", "v")).apply(model).model()).isSameAs(model);
    Model shared =
        new GraphSketch()
            .input("x", 2, 5, 4)
            .constant("w", new TorchRandom(3).normal(4, 4))
            .node("a", "MatMul", "x", "w")
            .node("b", "MatMul", "a", "w")
            .model("b");
    assertThat(pass(shared, Set.of()).apply(shared).model()).isSameAs(shared);
  }

  @Test
  void changesNothingMoreTheSecondTime() {
    Model model = block();
    SmoothQuant pass = pass(model, Set.of());
    Model once = pass.apply(model).model();
    PassResult twice = pass.apply(once);
    assertThat(twice.model()).isSameAs(once);
  }

  /** Input channels of groups, and a bias per channel in front. */
  @Test
  void convolutionsWithGroups() {
    TorchRandom random = new TorchRandom(11);
    Model model =
        new GraphSketch()
            .input("x", 2, 5, 4)
            .longs("shape", 1, 4, 2, 5)
            .node("image", "Reshape", "x", "shape")
            .constant("w1", random.normal(6, 2, 1, 1))
            .constant("b1", random.normal(6))
            .constant("w2", random.normal(4, 3, 2, 2))
            .node("c1", "Conv", Attributes.NONE.with("group", 2L), "image", "w1", "b1")
            .node("r", "Relu", "c1")
            .node("c2", "Conv", Attributes.NONE.with("group", 2L), "r", "w2")
            .model("c2");
    SmoothQuant pass =
        SmoothQuant.calibrated(
            model,
            new SmoothQuantAlphas(0.5, -1),
            Set.of(),
            new Calibrator(new OnnxRuntimeEngine(), CalibrationOptions.defaults()),
            GraphSketch.samples(List.of(Map.of("x", SAMPLE))));
    Model after = pass.apply(model).model();
    assertThat(after.graph().node("c2").input(1)).isNotEqualTo("w2");
    assertSameResults(model, after);
  }
}
