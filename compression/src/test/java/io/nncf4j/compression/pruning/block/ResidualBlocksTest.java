package io.nncf4j.compression.pruning.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.SharedFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidualBlocksTest {
  private static Tensor weights(int filters, int inputs) {
    float[] values = new float[filters * inputs];
    for (int index = 0; index < values.length; index++) {
      values[index] = (index * 7 % 11 - 5) / 8f;
    }
    return Tensor.ofFloats(values, filters, inputs, 1, 1);
  }

  /** Two residual blocks of two channels between a first and a last convolution. */
  private static GraphSketch twoBlocks() {
    return new GraphSketch()
        .input("x", 1, 2, 4, 4)
        .constant("w", weights(2, 2))
        .node("first", "Conv", "x", "w")
        .node("relu0", "Relu", "first")
        .node("a1", "Conv", "relu0", "w")
        .node("a2", "Relu", "a1")
        .node("a3", "Conv", "a2", "w")
        .node("sumA", "Add", "a3", "relu0")
        .node("relu1", "Relu", "sumA")
        .node("b1", "Conv", "relu1", "w")
        .node("sumB", "Add", "relu1", "b1")
        .node("relu2", "Relu", "sumB")
        .node("last", "Conv", "relu2", "w");
  }

  @Test
  void findsBranchesOnEitherSideOfASum() {
    assertThat(ResidualBlocks.of(twoBlocks().model("last")))
        .containsExactly(
            new ResidualBlock("sumA", "relu0", "a3", List.of("a1", "a2", "a3")),
            new ResidualBlock("sumB", "relu1", "b1", List.of("b1")));
  }

  @Test
  void aStridedShortcutMayBeTheOtherSide() {
    Model model =
        new GraphSketch()
            .input("x", 1, 2, 4, 4)
            .constant("w", weights(2, 2))
            .node("first", "Conv", "x", "w")
            .node("half", "Relu", "first")
            .node("branch", "Conv", "first", "w")
            .node("sum", "Add", "branch", "half")
            .node("last", "Conv", "sum", "w")
            .model("last");

    assertThat(ResidualBlocks.of(model))
        .containsExactly(new ResidualBlock("sum", "half", "branch", List.of("branch")));
  }

  @Test
  void leavesABranchThatIsReadElsewhere() {
    Model model = twoBlocks().node("more", "Relu", "a1").model("last", "more");

    assertThat(ResidualBlocks.of(model)).extracting(ResidualBlock::sum).containsExactly("sumB");
  }

  @Test
  void leavesABranchOrASumThatIsAnOutput() {
    assertThat(ResidualBlocks.of(twoBlocks().model("last", "a3", "sumB"))).isEmpty();
  }

  @Test
  void leavesShapesThatDiffer() {
    Model model =
        new GraphSketch()
            .input("x", 1, 2, 4, 4)
            .constant("w", weights(2, 2))
            .constant("narrow", weights(1, 2))
            .node("first", "Conv", "x", "w")
            .node("branch", "Conv", "first", "narrow")
            .node("sum", "Add", "first", "branch")
            .node("last", "Conv", "sum", "w")
            .model("last");

    assertThat(ResidualBlocks.of(model)).isEmpty();
  }

  @Test
  void leavesASumOfWhatComesFromDifferentPlaces() {
    Model model =
        new GraphSketch()
            .input("x", 1, 2, 4, 4)
            .input("y", 1, 2, 4, 4)
            .constant("w", weights(2, 2))
            .node("one", "Conv", "x", "w")
            .node("other", "Conv", "y", "w")
            .node("sum", "Add", "one", "other")
            .node("last", "Conv", "sum", "w")
            .model("last");

    assertThat(ResidualBlocks.of(model)).isEmpty();
  }

  @Test
  void removingEqualsZerosAndThenFindsNothingMore() {
    Model model = twoBlocks().model("last");
    List<ResidualBlock> blocks = ResidualBlocks.of(model);

    Model removed = RemoveBlocks.remove(model, blocks);

    assertThat(removed.graph().nodes())
        .extracting(Node::name)
        .containsExactly("first", "relu0", "last");
    assertThat(ResidualBlocks.of(removed)).isEmpty();
    assertThat(RemoveBlocks.remove(removed, List.of())).isEqualTo(removed);
    assertSameAsZeros(model, blocks, removed);
  }

  @Test
  void rankingTakesFirstWhatChangesLeast() {
    float[] small = new float[4];
    Arrays.fill(small, 0.01f);
    Model model =
        new GraphSketch()
            .input("x", 1, 2, 4, 4)
            .constant("w", weights(2, 2))
            .constant("small", Tensor.ofFloats(small, 2, 2, 1, 1))
            .node("first", "Conv", "x", "w")
            .node("a", "Conv", "first", "w")
            .node("sumA", "Add", "first", "a")
            .node("b", "Conv", "sumA", "small")
            .node("sumB", "Add", "sumA", "b")
            .node("last", "Conv", "sumB", "w")
            .model("last");
    OutputChange change =
        new OutputChange(
            new OnnxRuntimeEngine(),
            SessionOptions.defaults(),
            model,
            List.of(SyntheticInputs.ofSeed(3).generate(model.graph().inputs())));

    List<BlockRanking.Step> steps =
        new BlockRanking(change, block -> 1, block -> true).until(model, 2);

    assertThat(steps).extracting(step -> step.block().sum()).containsExactly("sumB", "sumA");
    assertThat(steps.get(0).change()).isBetween(1e-9, 0.1);
    assertThat(change.of(model)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "resnet20-cifar10.onnx, 9",
    "mobilenet_v2_1.0_224.onnx, 10",
    "squeezenet1.1.onnx, 0",
    "ppocr-direction-mobilenetv3.onnx, 7"
  })
  void realModels(String file, int count) {
    Model model =
        Normalization.forTraining()
            .apply(ModelFiles.read(SharedFiles.data("models/classification/" + file)))
            .model();

    List<ResidualBlock> blocks = ResidualBlocks.of(model);
    assertThat(blocks).hasSize(count);

    List<ResidualBlock> some = new ArrayList<>();
    for (int index = 0; index < count; index += 2) {
      some.add(blocks.get(index));
    }
    assertSameAsZeros(model, some, RemoveBlocks.remove(model, some));
  }

  private static void assertSameAsZeros(Model model, List<ResidualBlock> blocks, Model removed) {
    GraphEditor editor = new GraphEditor(model.graph());
    String zero = editor.addConstant("zero", Tensor.scalar(0f));
    for (ResidualBlock block : blocks) {
      Node sum = model.graph().node(block.sum());
      String masked = editor.freshName(block.branch() + "_masked");
      editor.add(
          Node.onnx(
              masked, "Mul", Attributes.NONE, List.of(block.branch(), zero), List.of(masked)));
      editor.replace(sum.withInput(sum.input(0).equals(block.branch()) ? 0 : 1, masked));
    }
    Model zeros = model.withGraph(editor.build());
    Map<String, Tensor> inputs =
        SyntheticInputs.ofSeed(7).withImageLength(96).generate(model.graph().inputs());
    Map<String, Tensor> expected = GraphSketch.run(zeros, inputs);
    Map<String, Tensor> found = GraphSketch.run(removed, inputs);
    expected.forEach(
        (name, tensor) -> {
          for (int index = 0; index < tensor.size(); index++) {
            assertThat(found.get(name).doubleAt(index))
                .isCloseTo(
                    tensor.doubleAt(index), within(1e-4 * (1 + Math.abs(tensor.doubleAt(index)))));
          }
        });
  }
}
