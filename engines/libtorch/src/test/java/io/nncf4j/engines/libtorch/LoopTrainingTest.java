package io.nncf4j.engines.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gradients through a loop that multiplies by a weight three times: y = x · w³. */
class LoopTrainingTest {
  private static final TensorType PAIR = TensorType.of(DataType.FLOAT32, 2);

  private final LibtorchEngine engine = new LibtorchEngine();

  private static Tensor pair(float first, float second) {
    return Tensor.ofFloats(new float[] {first, second}, 2);
  }

  private static Graph body(Map<String, Tensor> constants) {
    return new Graph(
        "body",
        List.of(
            new Value("trip", TensorType.of(DataType.INT64)),
            new Value("goes_on", TensorType.of(DataType.BOOL)),
            new Value("before", PAIR)),
        List.of(new Value("goes_on_still", TensorType.of(DataType.BOOL)), new Value("after", PAIR)),
        constants,
        List.of(
            Node.onnx(
                "still", "Identity", Attributes.NONE, List.of("goes_on"), List.of("goes_on_still")),
            Node.onnx("times", "Mul", Attributes.NONE, List.of("before", "w"), List.of("after"))),
        Map.of());
  }

  private static Model model(
      List<Value> inputs, Map<String, Tensor> constants, Map<String, Tensor> inBody) {
    Node loop =
        Node.onnx(
            "loop",
            "Loop",
            Attributes.NONE.with("body", Attribute.of(body(inBody))),
            List.of("trips", "", "x"),
            List.of("y"));
    return Model.of(
        new Graph(
            "loop", inputs, List.of(new Value("y", PAIR)), constants, List.of(loop), Map.of()));
  }

  private void trains(Model model, String weight) {
    try (TrainingSession session = engine.train(model, TrainingOptions.defaults())) {
      session.setTraining(true);
      try (Outputs outputs = session.forward(Map.of("x", pair(5, 7)));
          var sum = org.bytedeco.pytorch.global.torch.sum(outputs.first())) {
        assertThat(outputs.read("y")).isEqualTo(pair(5 * 8, 7 * 27));
        sum.backward();
      }
      // The derivative of x · w³ is 3 · x · w².
      assertThat(session.state().readGradient(weight)).isEqualTo(pair(3 * 5 * 4, 3 * 7 * 9));
    }
  }

  @Test
  void ofAWeightInsideTheBody() {
    trains(
        model(
            List.of(new Value("x", PAIR)),
            Map.of("trips", Tensor.scalar(3L)),
            Map.of("w", pair(2, 3))),
        "loop/body/w");
  }

  @Test
  void ofAWeightOutsideTheBody() {
    trains(
        model(
            List.of(new Value("x", PAIR)),
            Map.of("trips", Tensor.scalar(3L), "w", pair(2, 3)),
            Map.of()),
        "w");
  }

  @Test
  void aLoopWhoseTripsAreNotFixedIsRefused() {
    Model model =
        model(
            List.of(new Value("x", PAIR), new Value("trips", TensorType.of(DataType.INT64))),
            Map.of(),
            Map.of("w", pair(2, 3)));
    assertThatThrownBy(() -> engine.train(model, TrainingOptions.defaults()))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessageContaining("\"loop\"")
        .hasMessageContaining("a loop can be trained only with a constant trip count");
  }
}
