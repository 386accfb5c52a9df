package io.nncf4j.engines.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantizers behind Relu and Clip, and their backward passes, against the formulas in Java. */
class ClippedQuantizerTest {
  private static final int SIZE = 5 * 7 * 11;

  private static Model model(
      String clip, float ceiling, LearnedRange range, float low, float high) {
    return model(clip, ceiling, range, low, high, TensorType.of(DataType.FLOAT32, 1, 5, 7, 11));
  }

  private static Model model(
      String clip, float ceiling, LearnedRange range, float low, float high, TensorType type) {
    boolean isRelu = clip.equals("Relu");
    Graph plain =
        new Graph(
            "test",
            List.of(new Value("x", type)),
            List.of(new Value("y", type)),
            isRelu ? Map.of() : Map.of("zero", scalar(0), "top", scalar(ceiling)),
            List.of(
                Node.onnx(
                    "clip",
                    clip,
                    io.nncf4j.core.graph.Attributes.NONE,
                    isRelu ? List.of("x") : List.of("x", "zero", "top"),
                    List.of("clipped")),
                Node.onnx(
                    "y",
                    "Identity",
                    io.nncf4j.core.graph.Attributes.NONE,
                    List.of("clipped"),
                    List.of("y"))),
            Map.of());
    GraphEditor editor = new GraphEditor(plain);
    FakeQuantize start = FakeQuantize.ofRange(range.levels(), 0, scalar(low), scalar(high));
    range.addTo(editor, "q", "clipped", "q", start, 4);
    editor.redirect("y", 0, "q");
    return Model.of(editor.build())
        .withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
  }

  private static Tensor scalar(float value) {
    return Tensor.ofFloats(new float[] {value});
  }

  private static float[] noise(long seed, double width) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[SIZE];
    for (int index = 0; index < SIZE; index++) {
      values[index] = (float) (width * (2 * random.nextDouble() - 1));
    }
    return values;
  }

  private static TrainingSession session(Model model) {
    return new LibtorchEngine().train(model, TrainingOptions.defaults().withThreads(1));
  }

  private static org.bytedeco.pytorch.Tensor input(float[] values) {
    org.bytedeco.pytorch.Tensor input =
        TensorExchange.copyToTorch(Tensor.ofFloats(values, 1, 5, 7, 11));
    input.set_requires_grad(true);
    return input;
  }

  private static void backward(Outputs outputs, float[] slopes) {
    try (org.bytedeco.pytorch.Tensor slope =
            TensorExchange.copyToTorch(Tensor.ofFloats(slopes, 1, 5, 7, 11));
        org.bytedeco.pytorch.Tensor weighted = torch.mul(outputs.first(), slope);
        org.bytedeco.pytorch.Tensor loss = torch.sum(weighted)) {
      loss.backward();
    }
  }

  /**
   * Ends of the range below, at and above the ceiling; zero as the first code and as a later one.
   */
  @ParameterizedTest
  @CsvSource({
    "Clip, 6, 0, 4.7, 255, false",
    "Clip, 6, 0, 6, 255, false",
    "Clip, 6, 0, 6.4, 255, false",
    "Clip, 6, -1.1, 4.7, 255, false",
    "Clip, 6, -1.1, 7.7, 15, false",
    "Relu, 0, 0, 4.7, 255, false",
    "Relu, 0, -0.5, 9, 15, false",
    "Clip, 6, 0, 4.7, 255, true",
    "Clip, 6, 0, 7, 15, true",
    "Relu, 0, 0, 5, 3, true"
  })
  void clipsRoundsAndPassesGradientsBack(
      String clip, float ceiling, float low, float high, int highest, boolean symmetric) {
    LearnedRange range = new LearnedRange(symmetric, 0, highest, RangeGradient.STEP);
    float[] x = noise(1, 8);
    float[] slopes = noise(2, 1);
    try (TrainingSession session = session(model(clip, ceiling, range, low, high));
        org.bytedeco.pytorch.Tensor input = input(x)) {
      session.setTraining(true);
      float[] y;
      try (Outputs outputs = session.forwardTensors(Map.of("x", input))) {
        y = outputs.read("y").toFloats();
        backward(outputs, slopes);
      }
      float[] used = range.used(low, high);
      double scale = symmetric ? used[1] / highest : (used[1] - used[0]) / highest;
      long zero = symmetric ? 0 : Math.round(-used[0] / scale);
      double ofScale = 0;
      double ofZero = 0;
      float[] gradient;
      try (org.bytedeco.pytorch.Tensor found = input.grad()) {
        gradient = TensorExchange.toHost(found).toFloats();
      }
      double top = clip.equals("Relu") ? Double.POSITIVE_INFINITY : ceiling;
      for (int index = 0; index < SIZE; index++) {
        double clipped = Math.min(Math.max(x[index], 0), top);
        long code = Math.round(clipped / scale) + zero;
        boolean isInside = code >= 0 && code <= highest;
        double result = (Math.min(code, highest) - zero) * scale;
        assertThat(y[index]).as("y of " + x[index]).isCloseTo((float) result, within(1e-4f));
        boolean passes = isInside && x[index] > 0 && x[index] < top;
        assertThat(gradient[index]).isEqualTo(passes ? slopes[index] : 0);
        ofScale += slopes[index] * (isInside ? (result - clipped) / scale : result / scale);
        ofZero += isInside ? 0 : -scale * slopes[index];
      }
      double both = ofScale + (symmetric ? 0 : ofZero * used[0] / (scale * scale));
      assertThat(session.state().readGradient("q.input_high").floatAt(0))
          .isCloseTo((float) (both / highest), within(1e-3f));
      if (!symmetric) {
        assertThat(session.state().readGradient("q.input_low").floatAt(0))
            .isCloseTo((float) (-both / highest - ofZero / scale), within(2e-2f));
      }
    }
  }

  /** Pieces are shared among threads, sums are not made in the order of their being done. */
  @Test
  void anyNumberOfThreadsGivesTheSameGradients() {
    float[] x = new float[4 * 5 * 128 * 128];
    SplittableRandom random = new SplittableRandom(7);
    for (int index = 0; index < x.length; index++) {
      x[index] = (float) (9 * random.nextDouble() - 1);
    }
    Tensor alone = null;
    for (int threads = 1; threads <= 3; threads++) {
      LearnedRange range = new LearnedRange(false, 0, 255, RangeGradient.STEP);
      TensorType type = TensorType.of(DataType.FLOAT32, 4, 5, 128, 128);
      try (TrainingSession session =
              new LibtorchEngine()
                  .train(
                      model("Clip", 6, range, 0, 4.7f, type),
                      TrainingOptions.defaults().withThreads(threads));
          org.bytedeco.pytorch.Tensor input =
              TensorExchange.copyToTorch(Tensor.ofFloats(x, 4, 5, 128, 128))) {
        input.set_requires_grad(true);
        session.setTraining(true);
        try (Outputs outputs = session.forwardTensors(Map.of("x", input));
            org.bytedeco.pytorch.Tensor loss = torch.sum(outputs.first())) {
          loss.backward();
        }
        Tensor gradient = session.state().readGradient("q.input_high");
        assertThat(gradient.floatAt(0)).isNotZero();
        if (alone == null) {
          alone = gradient;
        }
        assertThat(gradient.toFloats()).isEqualTo(alone.toFloats());
      }
    }
  }

  @Test
  void switchedOffItStillClips() {
    LearnedRange range = new LearnedRange(true, 0, 15, RangeGradient.STEP);
    try (TrainingSession session = session(model("Clip", 6, range, 0, 4));
        org.bytedeco.pytorch.Tensor input = input(noise(3, 9))) {
      session.setBypassedQuantizers(Set.of("q"));
      try (Outputs outputs = session.forwardTensors(Map.of("x", input))) {
        float[] x = noise(3, 9);
        float[] y = outputs.read("y").toFloats();
        for (int index = 0; index < SIZE; index++) {
          assertThat(y[index]).isEqualTo(Math.min(Math.max(x[index], 0), 6));
        }
      }
    }
  }

  @Test
  void severalForwardPassesMayWaitForTheirBackwardPasses() {
    LearnedRange range = new LearnedRange(true, 0, 15, RangeGradient.STEP);
    float[] slopes = noise(5, 1);
    try (TrainingSession session = session(model("Relu", 0, range, 0, 4));
        org.bytedeco.pytorch.Tensor input = input(noise(4, 5))) {
      session.setTraining(true);
      for (int idle = 0; idle < 7; idle++) {
        session.forwardTensors(Map.of("x", input)).close();
      }
      try (Outputs one = session.forwardTensors(Map.of("x", input));
          Outputs other = session.forwardTensors(Map.of("x", input))) {
        backward(one, slopes);
        float once = session.state().readGradient("q.input_high").floatAt(0);
        backward(other, slopes);
        assertThat(session.state().readGradient("q.input_high").floatAt(0))
            .isCloseTo(2 * once, within(1e-5f));
      }
    }
  }

  @Test
  void aRangeThatIsNoNumberIsNamed() {
    LearnedRange range = new LearnedRange(true, 0, 15, RangeGradient.STEP);
    try (TrainingSession session = session(model("Relu", 0, range, 0, 4));
        org.bytedeco.pytorch.Tensor input = input(noise(4, 5))) {
      Tensor high = session.state().read("q.input_high");
      session.state().write("q.input_high", Tensor.ofFloats(new float[] {Float.NaN}, high.shape()));
      assertThatThrownBy(() -> session.forwardTensors(Map.of("x", input)))
          .isInstanceOf(NncfException.class)
          .hasMessageContaining("\"q\"")
          .hasMessageContaining("diverged");
    }
  }
}
