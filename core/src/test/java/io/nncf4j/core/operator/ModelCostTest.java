package io.nncf4j.core.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ModelCostTest {
  @Test
  void convolutionWithBiasAndActivation() {
    ModelCost cost =
        ModelCost.of(
            new GraphBuilder()
                .input("x", 1, 4, 10, 10)
                .weight("w", 6, 2, 3, 3)
                .weight("b", 6)
                .node("Conv", Attributes.of("group", Attribute.of(2)), "x w b", "y")
                .node("Relu", "y", "z")
                .output("z")
                .model());
    assertThat(cost.nodes())
        .extracting(ModelCost.NodeCost::flops)
        .containsExactly(2L * 3 * 3 * 2 * 6 * 8 * 8, 6L * 8 * 8);
    assertThat(cost.linearFlops()).isEqualTo(2L * 3 * 3 * 2 * 6 * 8 * 8);
    assertThat(cost.parameters()).isEqualTo(6 * 2 * 9 + 6);
  }

  @Test
  void transposedConvolutionCountsItsInput() {
    ModelCost cost =
        ModelCost.of(
            new GraphBuilder()
                .input("x", 1, 4, 5, 5)
                .weight("w", 4, 6, 2, 2)
                .node("ConvTranspose", Attributes.NONE.with("strides", 2, 2), "x w", "y")
                .output("y")
                .model());
    assertThat(cost.flops()).isEqualTo(2L * 2 * 2 * 4 * 6 * 5 * 5);
  }

  @Test
  void openBatchIsUnknownUntilItIsGiven() {
    Model model =
        new GraphBuilder()
            .input("x", "n", 8)
            .weight("w", 8, 3)
            .node("MatMul", "x w", "y")
            .output("y")
            .model();
    assertThat(ModelCost.of(model).unknownNodes()).containsExactly("node0");
    assertThat(ModelCost.ofBatch(model, 4).flops()).isEqualTo(2L * 4 * 8 * 3);
  }

  @Test
  void sharedWeightsCountOnceAndSettingsNever() {
    ModelCost cost =
        ModelCost.of(
            new GraphBuilder()
                .input("x", 2, 4)
                .weight("w", 4, 4)
                .weight("mean", 4)
                .weight("scale", 4)
                .constant("six", Tensor.scalar(6f))
                .constant("shape", Tensor.vector(4, 2))
                .node("MatMul", "x w", "a")
                .node("MatMul", "a w", "b")
                .node("BatchNormalization", "b scale scale mean mean", "c")
                .node("Clip", "c _ six", "d")
                .node("Reshape", "d shape", "e")
                .output("e")
                .model());
    assertThat(cost.parameters()).isEqualTo(16 + 4);
  }

  @Test
  void quantizedWeightsAreParametersAndTheirScalesAreNot() {
    ModelCost cost =
        ModelCost.of(
            new GraphBuilder()
                .input("x", 2, 4)
                .constant("w", Tensor.ofBytes(DataType.INT8, new byte[12], 4, 3))
                .weight("s", 3)
                .node("DequantizeLinear", "w s", "f")
                .node("MatMul", "x f", "y")
                .output("y")
                .model());
    assertThat(cost.parameters()).isEqualTo(12);
  }

  @Test
  void loopsCountEveryTripAndBranchesTheDearer() {
    Graph body =
        new GraphBuilder()
            .untyped("i")
            .untyped("go")
            .input("v", 3)
            .node("Relu", "v", "w")
            .node("Identity", "go", "on")
            .output("on")
            .output("w")
            .graph();
    Graph cheap = new GraphBuilder().node("Identity", "x", "same").output("same").graph();
    Graph dear =
        new GraphBuilder().node("Add", "x x", "a").node("Relu", "a", "b").output("b").graph();
    Model model =
        new GraphBuilder()
            .input("x", 3)
            .input("cond", DataType.BOOL)
            .constant("trips", Tensor.scalar(5L))
            .node("Loop", Attributes.of("body", Attribute.of(body)), "trips _ x", "y")
            .node(
                "If",
                Attributes.of("then_branch", Attribute.of(cheap))
                    .with("else_branch", Attribute.of(dear)),
                "cond",
                "z")
            .output("y")
            .output("z")
            .model();
    ModelCost cost = ModelCost.of(model);
    assertThat(cost.flops()).isEqualTo(5 * 3 + 2 * 3);
    assertThat(cost.nodes())
        .extracting(ModelCost.NodeCost::node)
        .contains("node0", "node0/node0", "node1/node1");
  }
}
