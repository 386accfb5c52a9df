package io.nncf4j.core.rewrite;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class FoldConstantsTest {
  private static final FoldConstants PASS = FoldConstants.defaults();

  @Test
  void foldsChainsAndConstantNodes() {
    Model model =
        graph()
            .input("x", 2, 3)
            .constant("w", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2))
            .node("t", "Transpose", "w")
            .node("one", "Constant", "", with("value_float", 1f))
            .node("sum", "Add", "t one")
            .node("y", "Mul", "x sum")
            .output("y")
            .model();
    PassResult result = Judge.fires(PASS, model);
    assertThat(Judge.types(result)).containsExactly("Mul");
    assertThat(result.model().graph().constants()).containsOnlyKeys("sum");
    assertThat(result.diff().removedNodes()).hasSize(3);
  }

  @Test
  void leavesDequantizationOfWeightsAlone() {
    Model model =
        graph()
            .input("x", 2)
            .constant("q", Tensor.ofBytes(DataType.INT8, new byte[] {1, 2}, 2))
            .constant("s", Tensor.scalar(0.5f))
            .node("w", "DequantizeLinear", "q s")
            .node("y", "Mul", "x w")
            .output("y")
            .model();
    Judge.doesNotFire(PASS, model);
  }

  @Test
  void leavesRandomGrowingAndExpensiveResultsAlone() {
    Model model =
        graph()
            .input("x", 1)
            .constant("shape", Tensor.vector(100, 100))
            .constant("m", Tensor.ofFloats(new float[40_000], 200, 200))
            .node("grown", "ConstantOfShape", "shape")
            .node("drawn", "RandomUniform", "", with("shape", new long[] {2}))
            .node("product", "MatMul", "m m")
            .node("a", "Add", "x grown")
            .node("b", "Add", "x drawn")
            .node("c", "Add", "x product")
            .output("a")
            .output("b")
            .output("c")
            .model();
    Judge.doesNotFire(PASS, model);
  }

  @Test
  void leavesConstantsThatAreOutputs() {
    Model model = graph().node("y", "Constant", "", with("value_float", 1f)).output("y").model();
    Judge.doesNotFire(PASS, model);
  }

  @Test
  void foldsInBodiesWithConstantsOfTheGraphsAround() {
    Graph branch =
        graph("branch").node("n", "Neg", "outer").node("z", "Add", "x n").output("z").build();
    Model model =
        graph()
            .input("x", 2)
            .input("flag", TensorType.of(DataType.BOOL))
            .constant("outer", Tensor.ofFloats(new float[] {1, 2}, 2))
            .node("y", "If", "flag", with("then_branch", branch, "else_branch", branch))
            .output("y")
            .model();
    PassResult result = Judge.fires(PASS, model);
    Graph after = result.model().graph().node("y_node").graphAttribute("then_branch");
    assertThat(after.constant("n").toFloats()).containsExactly(-1, -2);
  }

  @Test
  void shapesOfStaticDimensionsFoldAndSymbolsStay() {
    Model model =
        graph()
            .input(
                "x",
                new TensorType(
                    DataType.FLOAT32,
                    Shape.of(Dimension.symbol("batch"), Dimension.of(3), Dimension.of(4))))
            .constant("one", Tensor.scalar(1L))
            .constant("zero", Tensor.scalar(0L))
            .node("shape", "Shape", "x")
            .node("channels", "Gather", "shape one")
            .node("batch", "Gather", "shape zero")
            .node("y", "Cast", "channels", with("to", 1L))
            .node("z", "Cast", "batch", with("to", 1L))
            .output("y")
            .output("z")
            .model();
    PassResult result = Judge.fires(new FoldShapes(), model);
    assertThat(result.model().graph().constant("channels").longAt(0)).isEqualTo(3);
    assertThat(result.model().graph().node("batch_node")).isNotNull();
  }

  @Test
  void shapesDoNotFoldWhenNothingIsKnown() {
    Model model =
        graph()
            .input("x", new TensorType(DataType.FLOAT32, Shape.of(Dimension.symbol("n"))))
            .node("y", "Relu", "x")
            .output("y")
            .model();
    Model typed = new FoldShapes().apply(model).model();
    Judge.doesNotFire(new FoldShapes(), typed);
    assertThat(typed.graph().nodes()).isEqualTo(model.graph().nodes());
  }
}
