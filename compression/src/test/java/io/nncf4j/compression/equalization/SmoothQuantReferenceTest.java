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
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The factors that the original framework's tests expect, from the same weights and input. */
class SmoothQuantReferenceTest {
  private static final double TOLERANCE = 2e-5;

  private static Graph smooth(Model model, Tensor sample) {
    return SmoothQuant.calibrated(
            model,
            new SmoothQuantAlphas(0.95, 0.95),
            Set.of(),
            new Calibrator(new OnnxRuntimeEngine(), CalibrationOptions.defaults().withWorkers(1)),
            GraphSketch.samples(List.of(Map.of("x", sample))))
        .apply(model)
        .model()
        .graph();
  }

  /** The constant of the multiplication in front of a layer. */
  private static void check(Graph graph, String layer, double... expected) {
    Node node = graph.node(layer);
    Node left = graph.producer(node.input(0));
    boolean isLeft = left != null && left.name().endsWith(".smooth_quant");
    Node scale = isLeft ? left : graph.producer(node.input(1));
    assertThat(scale).as(layer).isNotNull();
    assertThat(graph.constant(scale.input(1)).toDoubles())
        .as(layer)
        .containsExactly(expected, within(TOLERANCE));
  }

  @Test
  void convolution() {
    Model model =
        new GraphSketch()
            .input("x", 1, 1, 4, 4)
            .constant(
                "w", Tensor.ofFloats(new float[] {.1f, -2, 1, .1f, .1f, 2, -1, .1f}, 2, 1, 2, 2))
            .floats("b", .1f, 1)
            .node("conv", "Conv", "x", "w", "b")
            .model("conv");
    check(smooth(model, new TorchRandom(0).uniform(1, 1, 4, 4)), "conv", 1.0723);
  }

  @Test
  void matrixProductsOfAllShapes() {
    TorchRandom random = new TorchRandom(42);
    GraphSketch sketch = new GraphSketch().input("x", 1, 3, 4, 2);
    sketch.constant("w1", random.normal(4, 4)).constant("w2", random.normal(4, 4));
    sketch.constant("w3", random.normal(1, 8, 2)).constant("w4", random.normal(1, 8, 3));
    sketch.constant("w5", random.normal(1)).constant("w6", random.normal(8));
    random.skip(24);
    sketch.constant("l1", random.normal(8, 2)).constant("b1", random.normal(1, 8));
    random.skip(24);
    sketch.constant("l2", random.normal(8, 2)).constant("b2", random.normal(1, 8));
    sketch.constant("w7", random.normal(6, 6)).constant("w8", random.normal(10, 6));
    random.skip(20);
    sketch.constant("l3", random.normal(4, 4)).constant("b3", random.normal(1, 4));
    random.skip(20);
    sketch.constant("l4", random.normal(4, 4)).constant("b4", random.normal(1, 4));
    Graph graph = smooth(multiShape(sketch), new TorchRandom(0).uniform(1, 3, 4, 2));
    check(graph, "m1", 1.0594617, 1.1019668, 1.2208323, 1.1003988);
    check(graph, "m2", 1.0594617, 1.1019668, 1.2208323, 1.1003988);
    check(
        graph, "m3", 0.3251956, 0.3326432, 1.5490624, 0.7233769, 0.3689916, 0.4845651, 1.2022541,
        1.3118246);
    check(graph, "m4", 0.4699388, 0.3369332, 0.3674589);
    check(graph, "m5", 0.1242606);
    check(
        graph,
        "m6",
        0.08709318,
        0.08033343,
        0.67289335,
        0.33452678,
        0.14223875,
        0.19858328,
        0.46314085,
        0.68816555);
    check(graph, "m7", 0.25238913, 0.38786113, 0.15471783, 0.27681994, 0.53814197, 0.18316744);
    check(graph, "m8", 1.562704, 1.1183096, 2.3738348, 2.382382, 0.9243705, 1.8179475);
    // There the names of these two are exchanged; what follows them, m7 and m8, shows which is
    // which.
    check(graph, "linear1", 0.32575992, 0.33121374);
    check(graph, "linear2", 1.1276343, 0.7605822);
    check(graph, "linear3", 0.33630377, 0.3288621, 0.9898262, 0.7217065);
    check(graph, "linear4", 0.33630377, 0.3288621, 0.9898262, 0.7217065);
  }

  private static Model multiShape(GraphSketch sketch) {
    for (int layer = 1; layer <= 4; layer++) {
      sketch.node("t" + layer, "Transpose", Attributes.NONE.with("perm", 1, 0), "l" + layer);
    }
    sketch.longs("s0", 1, 3, 2, 4).longs("s1", 1, 3, 8).longs("s2", 1, 6).longs("s3", 6);
    sketch.longs("axis1", 1).longs("last", -1);
    Attributes reduced = Attributes.NONE.with("keepdims", 0L);
    sketch
        .node("x0", "Reshape", "x", "s0")
        .node("m1", "MatMul", "x0", "w1")
        .node("m2", "MatMul", "x0", "w2")
        .node("sum", "Add", "m1", "m2")
        .node("linear3", "MatMul", "sum", "t3")
        .node("a3", "Add", "linear3", "b3")
        .node("linear4", "MatMul", "sum", "t4")
        .node("a4", "Add", "linear4", "b4")
        .node("a34", "Add", "a3", "a4")
        .node("up", "Add", "sum", "a34")
        .node("y", "Sub", "up", "a34")
        .node("y1", "Reshape", "y", "s1")
        .node("m3", "MatMul", "y1", "w3")
        .node("r3", "Reshape", "m3", "s2")
        .node("m5", "MatMul", "w5", "r3")
        .node("m4", "MatMul", "w4", "y1")
        .node("r4", "ReduceMax", reduced, "m4", "axis1")
        .node("m6", "MatMul", "r4", "w6")
        .add(
            Node.onnx(
                "split",
                "Split",
                Attributes.NONE.with("axis", 3L).with("num_outputs", 2L),
                List.of("y"),
                List.of("p1", "p2")))
        .node("linear1", "MatMul", "p1", "t1")
        .node("a1", "Add", "linear1", "b1")
        .node("min1", "ReduceMin", reduced, "a1", "last")
        .node("f1", "Reshape", "min1", "s3")
        .node("m7", "MatMul", "f1", "w7")
        .node("linear2", "MatMul", "p2", "t2")
        .node("a2", "Add", "linear2", "b2")
        .node("mean2", "ReduceMean", reduced, "a2", "last")
        .node("f2", "Reshape", "mean2", "s3")
        .node("m8", "MatMul", "w8", "f2");
    Model model = sketch.model("m5", "m6", "m7", "m8");
    return Normalization.standard().apply(model).model();
  }
}
