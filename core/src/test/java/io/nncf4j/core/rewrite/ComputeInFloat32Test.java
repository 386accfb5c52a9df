package io.nncf4j.core.rewrite;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ComputeInFloat32Test {
  private static final ComputeInFloat32 PASS = new ComputeInFloat32();

  private static Model product(DataType type) {
    return ShapeInference.infer(
        graph()
            .input("x", TensorType.of(type, 3, 2))
            .constant("w", Tensor.ofDoubles(type, new double[] {1, 0.5, -2, 3}, 2, 2))
            .node("p", "MatMul", "x w")
            .node("y", "Relu", "p")
            .output("y")
            .model());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT64"})
  void firesAndKeepsTheInterface(DataType type) {
    Model model = product(type);
    assertThat(ComputeInFloat32.isWanted(model.graph())).isTrue();
    PassResult result = PASS.apply(model);
    Graph after = ShapeInference.infer(result.model()).graph();
    assertThat(after.nodes())
        .extracting(Node::type)
        .containsExactly("Cast", "MatMul", "Relu", "Cast");
    assertThat(after.inputs().get(0).tensorType().dataType()).isEqualTo(type);
    assertThat(after.tensorType("y").dataType()).isEqualTo(type);
    assertThat(after.tensorType("p").dataType()).isEqualTo(DataType.FLOAT32);
    assertThat(after.constant("w")).isEqualTo(Tensor.ofFloats(new float[] {1, 0.5f, -2, 3}, 2, 2));
    assertThat(ComputeInFloat32.isWanted(after)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "FLOAT64"})
  void computesTheSame(DataType type) {
    Model model = product(type);
    // The judge looks at types of what it is given, so they are inferred behind the pass too.
    PassResult result = PASS.apply(model);
    Judge.doesNotFire(PASS, ShapeInference.infer(result.model()));
    Judge.assertSameOutputs(model.graph(), result.model().graph());
  }

  @Test
  void doesNotFireOnFloat32() {
    Model model = product(DataType.FLOAT32);
    Judge.doesNotFire(PASS, model);
    assertThat(ComputeInFloat32.mentionsOtherFloats(model.graph())).isFalse();
    assertThat(ComputeInFloat32.isWanted(model.graph())).isFalse();
  }

  @Test
  void castsInsideGiveFloat32() {
    Model model =
        ShapeInference.infer(
            graph()
                .input("x", 2, 2)
                .constant("w", Tensor.ofDoubles(DataType.FLOAT16, new double[] {1, 2, 3, 4}, 2, 2))
                .node("half", "Cast", "x", with("to", 10L))
                .node("p", "MatMul", "half w")
                .node("y", "Cast", "p", with("to", 1L))
                .output("y")
                .model());
    Graph after = ShapeInference.infer(PASS.apply(model).model()).graph();
    assertThat(after.node("half_node").intAttribute("to", 0)).isEqualTo(1);
    assertThat(after.tensorType("p").dataType()).isEqualTo(DataType.FLOAT32);
    assertThat(after.tensorType("y").dataType()).isEqualTo(DataType.FLOAT32);
  }

  @Test
  void hugeConstantsStayFinite() {
    Model model =
        ShapeInference.infer(
            graph()
                .input("x", TensorType.of(DataType.FLOAT64, 1, 1))
                .constant(
                    "w",
                    Tensor.ofDoubles(
                        DataType.FLOAT64, new double[] {1e300, Double.NEGATIVE_INFINITY}, 1, 2))
                .node("y", "MatMul", "x w")
                .output("y")
                .model());
    assertThat(PASS.apply(model).model().graph().constant("w").toFloats())
        .containsExactly(Float.MAX_VALUE, Float.NEGATIVE_INFINITY);
  }
}
