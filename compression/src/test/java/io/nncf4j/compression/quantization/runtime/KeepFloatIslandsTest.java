package io.nncf4j.compression.quantization.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepFloatIslandsTest {
  private static final int CHANNELS = 8;

  /** So fine that rounding the output hides nothing. */
  private static final float OUTPUT_STEP = 1e-5f;

  private final Engine engine = new OnnxRuntimeEngine();
  private final KeepFloatIslands pass = new KeepFloatIslands();

  /**
   * A float convolution between integers; {@code front} and {@code behind} name an operator before
   * and after it, or nothing.
   */
  private static Model island(String front, String behind, int channels) {
    Random random = new Random(3);
    GraphEditor editor = GraphEditor.empty("island");
    editor.input(new Value("x", TensorType.of(DataType.FLOAT32, 1, channels, 8, 8)));
    editor.output(new Value("y", TensorType.of(DataType.FLOAT32, 1, CHANNELS, 8, 8)));
    quantizePair(editor, "x", "dx", 0.02f, 128, DataType.UINT8);
    editor.type("dx", TensorType.of(DataType.FLOAT32, 1, channels, 8, 8));
    String read = "dx";
    Attributes same = Attributes.NONE.with("pads", 1, 1, 1, 1).with("kernel_shape", 3, 3);
    if (!front.isEmpty()) {
      editor.add(Node.onnx("front", front, same, List.of("dx"), List.of("moved")));
      read = "moved";
    }
    float[] weights = new float[CHANNELS * channels * 9];
    for (int i = 0; i < weights.length; i++) {
      // Channels of different size, as after folding a batch normalisation.
      weights[i] = (float) (random.nextGaussian() * 0.03 / (1 << (i / (channels * 9))));
    }
    editor.constant("w", Tensor.ofFloats(weights, CHANNELS, channels, 3, 3));
    editor.constant("b", Tensor.ofFloats(new float[CHANNELS], CHANNELS));
    editor.add(Node.onnx("conv", "Conv", same, List.of(read, "w", "b"), List.of("c")));
    String last = "c";
    if (!behind.isEmpty()) {
      editor.add(Node.onnx("behind", behind, Attributes.NONE, List.of("c"), List.of("r")));
      last = "r";
    }
    quantizePair(editor, last, "y", OUTPUT_STEP, 32768, DataType.UINT16);
    return Model.of(editor.build()).withOpset("", 21);
  }

  private static void quantizePair(
      GraphEditor editor, String from, String to, float scale, int zeroPoint, DataType type) {
    editor.constant(to + ".scale", Tensor.ofFloats(new float[] {scale}));
    editor.constant(to + ".zero", Tensor.ofDoubles(type, new double[] {zeroPoint}));
    for (String operator : List.of("QuantizeLinear", "DequantizeLinear")) {
      boolean first = operator.equals("QuantizeLinear");
      editor.add(
          Node.onnx(
              to + "." + operator,
              operator,
              Attributes.NONE,
              List.of(first ? from : to + ".codes", to + ".scale", to + ".zero"),
              List.of(first ? to + ".codes" : to)));
    }
  }

  @ParameterizedTest
  @CsvSource({"'','',8", "'',Relu,8", "MaxPool,'',8", "MaxPool,Relu,8", "'',Relu,1"})
  void floatWeightsStayFloatInTheRuntime(String front, String behind, int channels) {
    Model model = island(front, behind, channels);
    double before = largestError(model);
    PassResult result = pass.apply(model);
    assertThat(result.hasChanged()).isTrue();
    assertThat(largestError(result.model())).isLessThanOrEqualTo(1.01 * OUTPUT_STEP);
    // What the runtime does otherwise; when this fails, the pass is needed no more.
    assertThat(before).isGreaterThan(20 * OUTPUT_STEP);
  }

  /** Optimised against not optimised, on the same values. */
  private double largestError(Model model) {
    Random random = new Random(9);
    int channels = (int) model.graph().tensorType("x").shape().get(1).lengthOrMinusOne();
    float[] values = new float[channels * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Map<String, Tensor> input = Map.of("x", Tensor.ofFloats(values, 1, channels, 8, 8));
    SessionOptions plain = SessionOptions.defaults().withOptimize(false);
    try (Session exact = engine.compile(model, plain);
        Session optimised = engine.compile(model, SessionOptions.defaults())) {
      float[] expected = exact.run(input).get("y").toFloats();
      float[] found = optimised.run(input).get("y").toFloats();
      double largest = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i] - found[i]));
      }
      return largest;
    }
  }

  @Test
  void repeatsTheScaleForEachChannel() {
    Graph graph = pass.apply(island("", "Relu", CHANNELS)).model().graph();
    Node dequantizer = graph.producer(graph.node("conv").input(0));
    assertThat(dequantizer.intAttribute("axis", -1)).isEqualTo(1);
    assertThat(graph.constant(dequantizer.input(1)).shape()).containsExactly(CHANNELS);
    assertThat(graph.constant(dequantizer.input(2)).dataType()).isEqualTo(DataType.UINT8);
  }

  @Test
  void otherReadersKeepTheScalarForm() {
    Model model = island("", "Relu", CHANNELS);
    GraphEditor editor = new GraphEditor(model.graph());
    editor.add(Node.onnx("other", "Sigmoid", Attributes.NONE, List.of("dx"), List.of("o")));
    editor.output(new Value("o", TensorType.of(DataType.FLOAT32, 1, CHANNELS, 8, 8)));
    Graph graph = pass.apply(model.withGraph(editor.build())).model().graph();
    assertThat(graph.producer(graph.node("other").input(0)).name())
        .isEqualTo("dx.DequantizeLinear");
    assertThat(graph.node("conv").input(0)).isNotEqualTo("dx");
  }

  @Test
  void doesNotFireOnQuantizedWeightsOrFloatInputs() {
    Model model = island("", "Relu", CHANNELS);
    GraphEditor quantized = new GraphEditor(model.graph());
    quantizePair(quantized, "w", "dw", 0.01f, 0, DataType.INT8);
    quantized.redirect("conv", 1, "dw");
    assertThat(pass.apply(model.withGraph(quantized.build())).hasChanged()).isFalse();
    GraphEditor floating = new GraphEditor(model.graph());
    floating.redirect("conv", 0, "x").removeUnused();
    assertThat(pass.apply(model.withGraph(floating.build())).hasChanged()).isFalse();
  }

  @Test
  void isIdempotent() {
    Model once = pass.apply(island("MaxPool", "Relu", CHANNELS)).model();
    assertThat(pass.apply(once).hasChanged()).isFalse();
  }
}
