package io.nncf4j.engines.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
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
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a training session keeps, changes and refuses. */
class TrainingSessionTest {
  private static final Attributes NONE = Attributes.NONE;
  private final LibtorchEngine engine = new LibtorchEngine();

  private static Node node(String type, List<String> inputs, String output) {
    return Node.onnx(output + "/" + type, type, NONE, inputs, List.of(output));
  }

  private static Value floats(String name, long... shape) {
    return new Value(name, TensorType.of(DataType.FLOAT32, shape));
  }

  private static Model model(Map<String, Tensor> constants, List<Node> nodes) {
    return Model.of(
        new Graph(
            "test",
            List.of(floats("x", 2, 2)),
            List.of(floats("y", 2, 2)),
            constants,
            nodes,
            Map.of()));
  }

  private static Tensor weight(float... values) {
    return Tensor.ofFloats(values, 2, 2);
  }

  private static Map<String, Tensor> input(float... values) {
    return Map.of("x", weight(values));
  }

  @Test
  void halfWeightsAreTrainedAsFloatsAndStoredAsHalves() {
    Tensor half = Tensor.ofDoubles(DataType.FLOAT16, new double[] {1, 2, 3, 4}, 2, 2);
    Model model =
        model(
            Map.of("w", half),
            List.of(
                Node.onnx("cast", "Cast", NONE.with("to", 1), List.of("w"), List.of("wide")),
                node("MatMul", List.of("x", "wide"), "y")));
    try (TrainingSession session = engine.train(model, TrainingOptions.defaults())) {
      assertThat(session.state().read("w").dataType()).isEqualTo(DataType.FLOAT32);
      session.state().write("w", weight(1.5f, 2, 3, 4));
      Tensor stored = session.snapshot().graph().constant("w");
      assertThat(stored)
          .isEqualTo(Tensor.ofDoubles(DataType.FLOAT16, new double[] {1.5, 2, 3, 4}, 2, 2));
      assertThat(model.graph().constant("w")).isEqualTo(half);
    }
  }

  @Test
  void fourBitWeightsAreRefusedByName() {
    Tensor packed = Tensor.ofDoubles(DataType.INT4, new double[] {1, 2, 3, 4}, 2, 2);
    Model model =
        model(
            Map.of("w", packed, "scale", Tensor.scalar(0.5f)),
            List.of(
                node("DequantizeLinear", List.of("w", "scale"), "wide"),
                node("MatMul", List.of("x", "wide"), "y")));
    assertThatThrownBy(() -> engine.train(model, TrainingOptions.defaults()))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessageContaining("\"w\" is int4")
        .hasMessageContaining("start from the float model");
    try (Session session = engine.compile(model, SessionOptions.defaults())) {
      assertThat(session.run(input(1, 0, 0, 1)).get("y")).isEqualTo(weight(0.5f, 1, 1.5f, 2));
    }
  }

  @Test
  void allUnknownOperatorsAreListedAtOnce() {
    Model model =
        model(
            Map.of(),
            List.of(
                node("Strange", List.of("x"), "a"),
                node("Relu", List.of("a"), "b"),
                node("Stranger", List.of("b"), "y")));
    assertThatThrownBy(() -> engine.compile(model, SessionOptions.defaults()))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessageContaining("2 nodes")
        .hasMessageContaining("a/Strange")
        .hasMessageContaining("y/Stranger");
  }

  @Test
  void gradientsFlowThroughABranch() {
    Tensor condition = Tensor.ofBytes(DataType.BOOL, new byte[] {1});
    Graph then =
        new Graph(
            "then",
            List.of(),
            List.of(floats("t", 2, 2)),
            Map.of("inner", weight(2, 2, 2, 2)),
            List.of(node("Mul", List.of("x", "inner"), "t")),
            Map.of());
    Graph otherwise =
        new Graph(
            "else",
            List.of(),
            List.of(floats("e", 2, 2)),
            Map.of(),
            List.of(node("Identity", List.of("x"), "e")),
            Map.of());
    Node choice =
        Node.onnx(
            "choice",
            "If",
            NONE.with("then_branch", Attribute.of(then))
                .with("else_branch", Attribute.of(otherwise)),
            List.of("c"),
            List.of("y"));
    Model model = model(Map.of("c", condition), List.of(choice));
    try (TrainingSession session = engine.train(model, TrainingOptions.defaults())) {
      session.setTraining(true);
      try (Outputs outputs = session.forward(input(1, 2, 3, 4));
          var sum = org.bytedeco.pytorch.global.torch.sum(outputs.first())) {
        sum.backward();
      }
      String name = "choice/then_branch/inner";
      assertThat(session.state().readGradient(name)).isEqualTo(weight(1, 2, 3, 4));
      session.state().clearGradients();
      assertThat(session.state().readGradient(name)).isEqualTo(weight(0, 0, 0, 0));
      session.state().write(name, weight(3, 3, 3, 3));
      Model snapshot = session.snapshot();
      try (Session again = engine.compile(snapshot, SessionOptions.defaults())) {
        assertThat(again.run(input(1, 2, 3, 4)).get("y")).isEqualTo(weight(3, 6, 9, 12));
      }
    }
  }

  @Test
  void overwritingDoesNotTouchWhatOthersRead() {
    Model model =
        model(
            Map.of("w", weight(-1, 0, 0, -1)),
            List.of(
                node("MatMul", List.of("x", "w"), "m"),
                node("Relu", List.of("m"), "r"),
                node("Add", List.of("m", "r"), "y")));
    try (Session session = engine.compile(model, SessionOptions.defaults())) {
      Tensor first = session.run(input(1, -2, 3, -4)).get("y");
      assertThat(first).isEqualTo(weight(-1, 4, -3, 8));
      assertThat(session.run(input(1, -2, 3, -4)).get("y")).isEqualTo(first);
    }
  }

  @Test
  void wrongInputsAreNamed() {
    Model model = model(Map.of(), List.of(node("Relu", List.of("x"), "y")));
    try (Session session = engine.compile(model, SessionOptions.defaults())) {
      assertThatThrownBy(() -> session.run(Map.of()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("\"x\" is missing");
      assertThatThrownBy(() -> session.run(Map.of("x", Tensor.scalar(1f))))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("takes float32[2, 2]; found float32[]");
    }
  }
}
