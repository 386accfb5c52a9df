package io.nncf4j.engines.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Learned quantizers against the recorded values and gradients of PyTorch and NNCF. */
class LearnedQuantizationTest {

  /** What one forward and backward pass of a quantizer gives. */
  private record Pass(float[] y, float[] gradX, float[] gradLow, float[] gradHigh) {}

  private static Pass run(
      LearnedRange range, int axis, Tensor x, Tensor low, Tensor high, Tensor gradOutput) {
    Graph empty =
        new Graph(
            "test",
            java.util.List.of(new Value("x", TensorType.of(DataType.FLOAT32, x.shape()))),
            java.util.List.of(new Value("y", TensorType.of(DataType.FLOAT32, x.shape()))),
            Map.of(),
            java.util.List.of(
                io.nncf4j.core.graph.Node.onnx(
                    "y",
                    "Identity",
                    io.nncf4j.core.graph.Attributes.NONE,
                    java.util.List.of("x"),
                    java.util.List.of("y"))),
            Map.of());
    GraphEditor editor = new GraphEditor(empty);
    range.addTo(
        editor, "q", "x", "q", FakeQuantize.ofRange(range.levels(), axis, low, high), x.rank());
    editor.redirect("y", 0, "q");
    Model model =
        Model.of(editor.build()).withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
    try (TrainingSession session =
            new LibtorchEngine()
                .train(model, TrainingOptions.defaults().withThreads(1).withChannelsLast(false));
        org.bytedeco.pytorch.Tensor input = TensorExchange.copyToTorch(x);
        org.bytedeco.pytorch.Tensor slope = TensorExchange.copyToTorch(gradOutput)) {
      input.set_requires_grad(true);
      session.setTraining(true);
      float[] y;
      try (Outputs outputs = session.forwardTensors(Map.of("x", input));
          org.bytedeco.pytorch.Tensor weighted = torch.mul(outputs.first(), slope);
          org.bytedeco.pytorch.Tensor loss = torch.sum(weighted)) {
        y = outputs.read("y").toFloats();
        loss.backward();
      }
      assertThat(session.state().entries(TensorRole.COMPRESSION))
          .hasSize(range.symmetric() ? 1 : 2);
      try (org.bytedeco.pytorch.Tensor grad = input.grad()) {
        return new Pass(
            y,
            TensorExchange.toHost(grad).toFloats(),
            range.symmetric()
                ? new float[0]
                : session.state().readGradient("q.input_low").toFloats(),
            session.state().readGradient("q.input_high").toFloats());
      }
    }
  }

  /** Asked for by each test that needs it, so that the others run without it. */
  private static Path folder() {
    return SharedFiles.oracle("qat");
  }

  private static Stream<JsonNode> cases(String file) throws IOException {
    JsonNode all = new ObjectMapper().readTree(folder().resolve(file).toFile());
    return StreamSupport.stream(all.spliterator(), false);
  }

  private static Tensor tensor(JsonNode oracle, String name) {
    NpyArray array =
        NpyArray.read(folder().resolve(oracle.get("name").asText()).resolve(name + ".npy"));
    return Tensor.ofFloats(array.floats(), array.shape());
  }

  private static Tensor flat(float[] values) {
    return values.length == 1 ? Tensor.ofFloats(values) : Tensor.ofFloats(values, values.length);
  }

  @TestFactory
  Stream<DynamicTest> followsNncf() throws IOException {
    return cases("nncf_cases.json")
        .map(
            oracle ->
                DynamicTest.dynamicTest(
                    oracle.get("name").asText(),
                    () -> {
                      checkNncf(oracle, "grad_output", "");
                      checkNncf(oracle, "ones", "_ones");
                    }));
  }

  private static void checkNncf(JsonNode oracle, String slope, String suffix) {
    boolean symmetric = oracle.get("mode").asText().equals("symmetric");
    LearnedRange range =
        new LearnedRange(
            symmetric,
            oracle.get("level_low").asLong(),
            oracle.get("level_high").asLong(),
            RangeGradient.NNCF);
    int axis = oracle.get("channel_axis").asInt(0);
    double epsilon = oracle.get("eps").asDouble();
    Tensor x = tensor(oracle, "x");
    float[] low = tensor(oracle, symmetric ? "scale" : "input_low_param").toFloats();
    float[] width = tensor(oracle, symmetric ? "scale" : "input_range_param").toFloats();
    float[] high = new float[low.length];
    for (int channel = 0; channel < low.length; channel++) {
      double extent = Math.abs(width[channel]) + epsilon;
      high[channel] = (float) (symmetric ? extent : low[channel] + extent);
    }
    float[] ones = new float[x.size()];
    java.util.Arrays.fill(ones, 1);
    Tensor gradOutput =
        slope.equals("ones") ? Tensor.ofFloats(ones, x.shape()) : tensor(oracle, slope);
    Pass pass = run(range, axis, x, flat(low), flat(high), gradOutput);
    float step = tensor(oracle, "input_range").toFloats()[0];
    boolean ties = oracle.get("ties").asBoolean();
    float[] ranges = tensor(oracle, "input_range").toFloats();
    for (float each : ranges) {
      step = Math.max(step, each);
    }
    double tolerance = ties ? 1.01 * step / (range.levels() - 1) : 1e-6 * step;
    close(pass.y(), tensor(oracle, "y").toFloats(), tolerance);
    if (ties) {
      return;
    }
    close(pass.gradX(), tensor(oracle, "grad_x" + suffix).toFloats(), 1e-6);
    if (symmetric) {
      float[] scale = tensor(oracle, "scale").toFloats();
      float[] expected = tensor(oracle, "grad_scale" + suffix).toFloats();
      for (int channel = 0; channel < scale.length; channel++) {
        expected[channel] *= Math.signum(scale[channel]);
      }
      near(pass.gradHigh(), expected);
    } else {
      float[] whole = pass.gradLow().clone();
      for (int channel = 0; channel < whole.length; channel++) {
        whole[channel] += pass.gradHigh()[channel];
      }
      near(whole, tensor(oracle, "grad_input_low" + suffix).toFloats());
      near(pass.gradHigh(), tensor(oracle, "grad_input_range" + suffix).toFloats());
    }
  }

  @TestFactory
  Stream<DynamicTest> followsTheLearnableKernelsOfPyTorch() throws IOException {
    return cases("torch_cases.json")
        .filter(oracle -> oracle.get("kind").asText().startsWith("learnable"))
        .filter(oracle -> oracle.get("grad_factor").asDouble() == 1)
        .map(
            oracle ->
                DynamicTest.dynamicTest(oracle.get("name").asText(), () -> checkTorch(oracle)));
  }

  private static void checkTorch(JsonNode oracle) {
    long lowest = oracle.get("quant_min").asLong();
    long highest = oracle.get("quant_max").asLong();
    float[] scale = tensor(oracle, "scale").toFloats();
    float[] zero = tensor(oracle, "zero_point").toFloats();
    float[] low = new float[scale.length];
    float[] high = new float[scale.length];
    for (int channel = 0; channel < scale.length; channel++) {
      low[channel] = (lowest - zero[channel]) * scale[channel];
      high[channel] = (highest - zero[channel]) * scale[channel];
    }
    Pass pass =
        run(
            new LearnedRange(false, 0, highest - lowest, RangeGradient.STEP),
            oracle.get("axis").asInt(0),
            tensor(oracle, "x"),
            flat(low),
            flat(high),
            tensor(oracle, "grad_output"));
    close(pass.y(), tensor(oracle, "y").toFloats(), 1e-6 * (highest - lowest) * scale[0]);
    close(pass.gradX(), tensor(oracle, "grad_x").toFloats(), 1e-6);
    float[] gradScale = new float[scale.length];
    float[] gradZero = new float[scale.length];
    for (int channel = 0; channel < scale.length; channel++) {
      gradScale[channel] =
          pass.gradLow()[channel] * (lowest - zero[channel])
              + pass.gradHigh()[channel] * (highest - zero[channel]);
      gradZero[channel] = -scale[channel] * (pass.gradLow()[channel] + pass.gradHigh()[channel]);
    }
    near(gradScale, tensor(oracle, "grad_scale").toFloats());
    near(gradZero, tensor(oracle, "grad_zero_point").toFloats());
  }

  @Test
  void tunedRangesHoldZero() throws IOException {
    for (JsonNode oracle :
        new ObjectMapper().readTree(folder().resolve("tune_range.json").toFile())) {
      int levels = oracle.get("levels").asInt();
      float low = (float) oracle.get("input_low").asDouble();
      float width = (float) oracle.get("input_range").asDouble();
      float[] tuned =
          new LearnedRange(false, 0, levels - 1L, RangeGradient.STEP).tuned(low, low + width);
      double tolerance = 1e-5 * Math.max(1, Math.abs(width) + Math.abs(low));
      assertThat((double) tuned[0])
          .as("%s", oracle)
          .isCloseTo(oracle.get("tuned_low").asDouble(), within(tolerance));
      assertThat((double) tuned[1] - tuned[0])
          .as("%s", oracle)
          .isCloseTo(oracle.get("tuned_range").asDouble(), within(tolerance));
    }
  }

  @Test
  void scaledStepsDivideTheGradientOfTheRange() {
    Tensor x = Tensor.ofFloats(new float[] {-2, 0.3f, 0.6f, 2}, 4);
    Tensor slope = Tensor.ofFloats(new float[] {1, 1, 1, 1}, 4);
    Tensor low = Tensor.ofFloats(new float[] {-1});
    Tensor high = Tensor.ofFloats(new float[] {1});
    Pass plain = run(new LearnedRange(true, -8, 7, RangeGradient.STEP), 0, x, low, high, slope);
    Pass scaled =
        run(new LearnedRange(true, -8, 7, RangeGradient.SCALED_STEP), 0, x, low, high, slope);
    assertThat(scaled.gradHigh()[0])
        .isCloseTo((float) (plain.gradHigh()[0] / Math.sqrt(4 * 7)), within(1e-6f));
    assertThat(scaled.y()).containsExactly(plain.y());
  }

  @Test
  void aFactorMultipliesTheGradientAndNothingElse() {
    Tensor x = Tensor.ofFloats(new float[] {-2, 0.3f, 0.6f, 2}, 4);
    Tensor slope = Tensor.ofFloats(new float[] {1, 2, 3, 4}, 4);
    Tensor low = Tensor.ofFloats(new float[] {-1.1f});
    Tensor high = Tensor.ofFloats(new float[] {1.3f});
    for (boolean symmetric : new boolean[] {true, false}) {
      LearnedRange range = new LearnedRange(symmetric, symmetric ? -8 : 0, 7, RangeGradient.STEP);
      Pass plain = run(range, 0, x, low, high, slope);
      Pass slow = run(range.withGradientFactor(0.25), 0, x, low, high, slope);
      assertThat(slow.y()).containsExactly(plain.y());
      assertThat(slow.gradX()).containsExactly(plain.gradX());
      assertThat(slow.gradHigh()[0]).isCloseTo(plain.gradHigh()[0] / 4, within(1e-6f));
    }
  }

  @Test
  void stepsGiveTheirMemoryBack() throws IOException {
    Tensor x = Tensor.ofFloats(new float[1 << 20], 1, 16, 256, 256);
    Tensor low = Tensor.ofFloats(new float[16], 16);
    Tensor high = Tensor.ofFloats(new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 16);
    long before = 0;
    for (int step = 0; step < 120; step++) {
      if (step == 20) {
        before = residentBytes();
      }
      run(new LearnedRange(false, 0, 255, RangeGradient.STEP), 1, x, low, high, x);
    }
    // Each of the hundred steps makes 4 MiB several times; a quarter of the least of it is noise.
    assertThat(residentBytes() - before).isLessThan(200L << 20);
  }

  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        java.nio.file.Files.exists(status), "resident memory is read from /proc");
    return java.nio.file.Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  private static void close(float[] found, float[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int index = 0; index < found.length; index++) {
      assertThat((double) found[index])
          .as("element %d", index)
          .isCloseTo(expected[index], within(tolerance));
    }
  }

  private static void near(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int index = 0; index < found.length; index++) {
      assertThat((double) found[index])
          .as("channel %d", index)
          .isCloseTo(expected[index], within(1e-3 * Math.max(1e-2, Math.abs(expected[index]))));
    }
  }
}
