package io.nncf4j.core.rewrite;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.Graphs;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldBatchNormalizationTest {
  private static final FoldBatchNormalization PASS = new FoldBatchNormalization();
  private final Random random = new Random(3);

  private Tensor weights(long... shape) {
    double[] values =
        random.doubles(Tensor.elementCount(shape)).map(value -> value - 0.5).toArray();
    return Tensor.ofDoubles(io.nncf4j.core.tensor.DataType.FLOAT32, values, shape);
  }

  private Tensor positive(long... shape) {
    double[] values = random.doubles(Tensor.elementCount(shape)).map(v -> v + 0.2).toArray();
    return Tensor.ofDoubles(io.nncf4j.core.tensor.DataType.FLOAT32, values, shape);
  }

  private Graphs normalization(Graphs graph, String input, int channels) {
    return graph
        .constant("s", weights(channels))
        .constant("b", weights(channels))
        .constant("m", weights(channels))
        .constant("v", positive(channels))
        .node("y", "BatchNormalization", input + " s b m v", with("epsilon", 0.01f));
  }

  private Model convolution(Attributes attributes, boolean bias, long... weightShape) {
    Graphs graph = graph().input("x", 2, 4, 5, 5).constant("w", weights(weightShape));
    if (bias) {
      graph.constant("c", weights(6));
    }
    return normalization(graph.node("z", "Conv", bias ? "x w c" : "x w", attributes), "z", 6)
        .output("y")
        .model();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void firesOnConvolution(boolean bias) {
    PassResult result =
        Judge.fires(PASS, convolution(with("pads", new long[] {1, 1, 1, 1}), bias, 6, 4, 3, 3));
    assertThat(Judge.types(result)).containsExactly("Conv");
    assertThat(result.model().graph().constants()).hasSize(2);
  }

  @Test
  void firesOnGroupedConvolution() {
    Judge.fires(PASS, convolution(with("group", 2), true, 6, 2, 3, 3));
  }

  @Test
  void firesOnGroupedTransposedConvolution() {
    Graphs graph =
        graph()
            .input("x", 2, 4, 3, 3)
            .constant("w", weights(4, 3, 2, 2))
            .node("z", "ConvTranspose", "x w", with("group", 2, "strides", new long[] {2, 2}));
    PassResult result = Judge.fires(PASS, normalization(graph, "z", 6).output("y").model());
    assertThat(Judge.types(result)).containsExactly("ConvTranspose");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void firesOnGemm(int transposed) {
    Graphs graph =
        graph()
            .input("x", 3, 4)
            .constant("w", transposed == 1 ? weights(6, 4) : weights(4, 6))
            .constant("c", weights(1, 6))
            .node("z", "Gemm", "x w c", with("transB", transposed, "alpha", 0.5f, "beta", 2f));
    Judge.fires(PASS, normalization(graph, "z", 6).output("y").model());
  }

  @Test
  void firesOnMatrixProductThatBecomesGemm() {
    Graphs graph = graph().input("x", 3, 4).constant("w", weights(4, 6)).node("z", "MatMul", "x w");
    PassResult result = Judge.fires(PASS, normalization(graph, "z", 6).output("y").model());
    assertThat(Judge.types(result)).containsExactly("Gemm");
  }

  @Test
  void foldsTwoInARow() {
    Graphs graph = graph().input("x", 1, 4, 3, 3).constant("w", weights(6, 4, 1, 1));
    normalization(graph.node("z", "Conv", "x w"), "z", 6);
    Model model = graph.node("y2", "BatchNormalization", "y s b m v").output("y2").model();
    assertThat(Judge.types(Judge.fires(PASS, model))).containsExactly("Conv");
  }

  @Test
  void doesNotFireWhenTheLayerIsReadTwiceAndSaysSo() {
    Graphs graph =
        graph().input("x", 2, 4, 5, 5).constant("w", weights(6, 4, 3, 3)).node("z", "Conv", "x w");
    Model model =
        normalization(graph, "z", 6).node("r", "Relu", "z").output("y").output("r").model();
    PassResult result = Judge.doesNotFire(PASS, model);
    assertThat(result.findings()).hasSize(1);
    assertThat(result.findings().get(0).toString())
        .contains("y_node")
        .contains("\"z_node\": its result is read at 2 places");
  }

  @Test
  void doesNotFireInTrainingModeOrOnComputedWeights() {
    Graphs graph = graph().input("x", 2, 4, 5, 5).input("w", 6, 4, 3, 3).node("z", "Conv", "x w");
    Judge.doesNotFire(PASS, normalization(graph, "z", 6).output("y").model());

    Model training =
        graph()
            .input("x", 2, 4, 5, 5)
            .constant("w", weights(6, 4, 3, 3))
            .constant("p", positive(6))
            .node("z", "Conv", "x w")
            .node("y", "BatchNormalization", "z p p p p", with("training_mode", 1))
            .output("y")
            .model();
    assertThat(Judge.doesNotFire(PASS, training).findings().get(0).message())
        .contains("training_mode is 1");
  }

  @Test
  void doesNotFireOnProductsOfHigherRank() {
    Graphs graph =
        graph().input("x", 2, 6, 4).constant("w", weights(4, 6)).node("z", "MatMul", "x w");
    Judge.doesNotFire(PASS, normalization(graph, "z", 6).output("y").model());
  }

  @Test
  void affineConstantsFoldInChains() {
    Model model =
        graph()
            .input("x", 2, 4, 5, 5)
            .constant("w", weights(6, 4, 3, 3))
            .constant("f", weights(1, 6, 1, 1))
            .constant("o", weights(6, 1, 1))
            .constant("two", Tensor.scalar(2f))
            .node("z", "Conv", "x w")
            .node("a", "Mul", "f z")
            .node("b", "Add", "a o")
            .node("y", "Mul", "b two")
            .output("y")
            .model();
    assertThat(Judge.types(Judge.fires(new FoldAffine(), model))).containsExactly("Conv");
  }

  @Test
  void affineDoesNotFireOnOtherAxesOrOperands() {
    Model model =
        graph()
            .input("x", 2, 4, 5, 5)
            .constant("w", weights(3, 4, 3, 3))
            .constant("columns", weights(3))
            .node("z", "Conv", "x w")
            .node("y", "Mul", "z columns")
            .output("y")
            .model();
    Judge.doesNotFire(new FoldAffine(), model);
  }
}
