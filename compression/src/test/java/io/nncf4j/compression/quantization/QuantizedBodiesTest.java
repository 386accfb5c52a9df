package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.TorchRandom;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bodies with weights in them, quantized and run in ONNX Runtime. */
class QuantizedBodiesTest {
  private static final List<Map<String, Tensor>> IMAGES =
      IntStream.range(0, 24)
          .mapToObj(seed -> Map.of("x", new TorchRandom(seed).normal(1, 3, 6, 6)))
          .toList();
  private static final List<Map<String, Tensor>> ROWS =
      IntStream.range(0, 24)
          .mapToObj(seed -> Map.of("x", new TorchRandom(seed).normal(5, 8)))
          .toList();

  private static PostTrainingQuantization.Result quantize(
      Model model, List<Map<String, Tensor>> samples) {
    return new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine())
        .quantize(model, GraphSketch.samples(samples), QuantizationParameters.defaults());
  }

  private static void assertClose(Model model, Model quantized, List<Map<String, Tensor>> inputs) {
    for (Map<String, Tensor> input : inputs) {
      assertThat(
              TinyNetwork.cosine(
                  GraphSketch.run(model, input).get("y"),
                  GraphSketch.run(quantized, input).get("y")))
          .isGreaterThan(0.99);
    }
  }

  private static List<DataType> weights(Graph body) {
    return body.constants().values().stream()
        .filter(tensor -> tensor.size() > 16)
        .map(Tensor::dataType)
        .distinct()
        .toList();
  }

  private static Value untyped(String name) {
    return new Value(name, null);
  }

  /**
   * A convolution, then one of two others, chosen by the sign of the sum; both read outer values.
   */
  private static Model branching(boolean alwaysThen) {
    TorchRandom random = new TorchRandom(5);
    Graph then =
        GraphEditor.empty("then")
            .constant("w_then", random.normal(4, 4, 3, 3))
            .add(
                Node.onnx(
                    "conv_then", "Conv", Attributes.NONE, List.of("r", "w_then"), List.of("t")))
            .output(untyped("t"))
            .build();
    Graph otherwise =
        GraphEditor.empty("else")
            .add(
                Node.onnx(
                    "conv_else", "Conv", Attributes.NONE, List.of("r", "w_outer"), List.of("e")))
            .output(untyped("e"))
            .build();
    return new GraphSketch()
        .input("x", 1, 3, 6, 6)
        .constant("w1", random.normal(4, 3, 1, 1))
        .constant("w_outer", random.normal(4, 4, 3, 3))
        .constant("limit", Tensor.scalar(alwaysThen ? -1e9f : 0f))
        .node("c", "Conv", "x", "w1")
        .node("r", "Relu", "c")
        .node("sum", "ReduceSum", Attributes.NONE.with("keepdims", 0L), "x")
        .node("cond", "Greater", "sum", "limit")
        .add(
            Node.onnx(
                "if",
                "If",
                Attributes.NONE
                    .with("then_branch", Attribute.of(then))
                    .with("else_branch", Attribute.of(otherwise)),
                List.of("cond"),
                List.of("y")))
        .model("y");
  }

  @Test
  void bothBranches() {
    Model model = branching(false);
    PostTrainingQuantization.Result result = quantize(model, IMAGES);
    Node branch = result.model().graph().node("if");
    assertThat(weights(branch.graphAttribute("then_branch"))).containsExactly(DataType.INT8);
    assertThat(weights(branch.graphAttribute("else_branch"))).containsExactly(DataType.INT8);
    assertThat(result.model().graph().constants()).doesNotContainKey("w_outer");
    assertClose(model, result.model(), IMAGES);
  }

  @Test
  void aBranchThatNoSampleTakesStaysInFloatAndSaysSo() {
    PostTrainingQuantization.Result result = quantize(branching(true), IMAGES.subList(0, 4));
    Graph otherwise = result.model().graph().node("if").graphAttribute("else_branch");
    assertThat(otherwise.nodes()).extracting(Node::type).containsExactly("Conv");
    assertThat(result.findings())
        .extracting(Finding::message)
        .anyMatch(
            message ->
                message.contains("the else branch of node") && message.contains("no calibration"));
  }

  /** state = tanh(state · w + x[step]) four times. */
  @Test
  void loop() {
    TorchRandom random = new TorchRandom(6);
    Graph body =
        GraphEditor.empty("body")
            .input(new Value("i", TensorType.of(DataType.INT64)))
            .input(new Value("go", TensorType.of(DataType.BOOL)))
            .input(new Value("state", TensorType.of(DataType.FLOAT32, 5, 8)))
            .constant("w", random.normal(8, 8))
            .add(Node.onnx("mm", "MatMul", Attributes.NONE, List.of("state", "w"), List.of("p")))
            .add(Node.onnx("plus", "Add", Attributes.NONE, List.of("p", "x"), List.of("s")))
            .add(Node.onnx("act", "Tanh", Attributes.NONE, List.of("s"), List.of("new_state")))
            .output(untyped("go"))
            .output(untyped("new_state"))
            .build();
    Model model =
        new GraphSketch()
            .input("x", 5, 8)
            .constant("trips", Tensor.scalar(4L))
            .node("start", "Tanh", "x")
            .add(
                Node.onnx(
                    "loop",
                    "Loop",
                    Attributes.NONE.with("body", Attribute.of(body)),
                    List.of("trips", "", "start"),
                    List.of("y")))
            .model("y");
    PostTrainingQuantization.Result result = quantize(model, ROWS);
    assertThat(weights(result.model().graph().node("loop").graphAttribute("body")))
        .containsExactly(DataType.INT8);
    assertClose(model, result.model(), ROWS);
  }

  /** The state grows with each of forty steps: ranges must hold the last one's too. */
  @Test
  void lateStepsCount() {
    Graph body =
        GraphEditor.empty("body")
            .input(new Value("i", TensorType.of(DataType.INT64)))
            .input(new Value("go", TensorType.of(DataType.BOOL)))
            .input(new Value("state", TensorType.of(DataType.FLOAT32, 5, 8)))
            .constant("w", new TorchRandom(8).normal(8, 8))
            .constant("step", Tensor.scalar(0.5f))
            .add(Node.onnx("mm", "MatMul", Attributes.NONE, List.of("state", "w"), List.of("p")))
            .add(Node.onnx("on", "Add", Attributes.NONE, List.of("state", "step"), List.of("next")))
            .output(untyped("go"))
            .output(untyped("next"))
            .output(untyped("p"))
            .build();
    Model model =
        new GraphSketch()
            .input("x", 5, 8)
            .constant("trips", Tensor.scalar(40L))
            .add(
                Node.onnx(
                    "loop",
                    "Loop",
                    Attributes.NONE.with("body", Attribute.of(body)),
                    List.of("trips", "", "x"),
                    List.of("last", "y")))
            .model("y");
    PostTrainingQuantization.Result result = quantize(model, ROWS.subList(0, 4));
    assertThat(weights(result.model().graph().node("loop").graphAttribute("body")))
        .containsExactly(DataType.INT8);
    assertClose(model, result.model(), ROWS.subList(4, 8));
  }

  @Test
  void aPlanHoldsTheBodiesToo() {
    PostTrainingQuantization quantization =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine());
    QuantizationParameters mean =
        QuantizationParameters.defaults().withRange(RangeEstimator.MEAN_MIN_MAX);
    CalibratedModel first =
        quantization.calibrate(branching(false), GraphSketch.samples(IMAGES), mean, null);
    assertThat(first.plan().bodies()).containsOnlyKeys("if:then_branch", "if:else_branch");
    CalibratedModel again =
        quantization.calibrate(
            branching(false),
            GraphSketch.samples(IMAGES),
            QuantizationParameters.defaults(),
            PlanJson.read(PlanJson.write(first.plan())));
    assertThat(again.plan()).isEqualTo(first.plan());
    assertThat(again.build(again.plan())).isEqualTo(first.build(first.plan()));
    assertThat(first.plan().toString()).contains("if:then_branch").contains("w_then of conv_then");
  }

  @Test
  void scan() {
    TorchRandom random = new TorchRandom(7);
    Graph body =
        GraphEditor.empty("body")
            .input(new Value("state", TensorType.of(DataType.FLOAT32, 1, 8)))
            .input(new Value("row", TensorType.of(DataType.FLOAT32, 8)))
            .constant("w", random.normal(8, 8))
            .add(Node.onnx("mm", "MatMul", Attributes.NONE, List.of("state", "w"), List.of("p")))
            .add(Node.onnx("plus", "Add", Attributes.NONE, List.of("p", "row"), List.of("s")))
            .add(Node.onnx("act", "Tanh", Attributes.NONE, List.of("s"), List.of("new_state")))
            .add(Node.onnx("out", "Abs", Attributes.NONE, List.of("new_state"), List.of("seen")))
            .output(untyped("new_state"))
            .output(untyped("seen"))
            .build();
    Model model =
        new GraphSketch()
            .input("x", 5, 8)
            .constant("zero", Tensor.ofFloats(new float[8], 1, 8))
            .add(
                Node.onnx(
                    "scan",
                    "Scan",
                    Attributes.NONE.with("body", Attribute.of(body)).with("num_scan_inputs", 1L),
                    List.of("zero", "x"),
                    List.of("last", "y")))
            .model("y");
    PostTrainingQuantization.Result result = quantize(model, ROWS);
    assertThat(weights(result.model().graph().node("scan").graphAttribute("body")))
        .containsExactly(DataType.INT8);
    assertClose(model, result.model(), ROWS);
  }
}
