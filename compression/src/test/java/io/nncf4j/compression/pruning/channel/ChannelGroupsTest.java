package io.nncf4j.compression.pruning.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What each operator ties together; every group found is also removed and compared with masking.
 */
class ChannelGroupsTest {
  private final Random random = new Random(3);
  private final GraphSketch sketch = new GraphSketch();

  private Tensor random(long... shape) {
    float[] values = new float[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) random.nextGaussian() * 0.3f;
    }
    return Tensor.ofFloats(values, shape);
  }

  private GraphSketch conv(String name, String input, long... weight) {
    return conv(name, "Conv", Attributes.NONE, input, weight[0], weight);
  }

  private GraphSketch conv(
      String name, String type, Attributes attributes, String input, long filters, long... weight) {
    long pad = weight[2] / 2;
    return sketch
        .constant(name + ".w", random(weight))
        .constant(name + ".b", random(filters))
        .node(
            name,
            type,
            attributes.with("pads", pad, pad, pad, pad),
            input,
            name + ".w",
            name + ".b");
  }

  private GraphSketch linear(String name, String input, long inputs, long outputs) {
    return sketch
        .constant(name + ".w", random(inputs, outputs))
        .node(name, "MatMul", input, name + ".w");
  }

  /** Groups as text, each tried. */
  private List<String> groups(Model model) {
    Agreement agreement = new Agreement(model);
    List<String> groups = new ArrayList<>();
    for (ChannelGroup group : agreement.analysis().groups()) {
      groups.add(group.units().size() + " of " + String.join(" ", group.layerNames()));
      if (group.units().size() > 1) {
        agreement.check(group, random);
      }
    }
    return groups;
  }

  private List<Finding> findings(Model model) {
    return ChannelAnalysis.of(model).findings();
  }

  @Test
  void additionJoinsLayers() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 8, 3, 3, 3);
    conv("b", "a", 8, 8, 3, 3);
    sketch.node("sum", "Add", "a", "b");
    conv("c", "sum", 4, 8, 1, 1);
    assertThat(groups(sketch.model("c"))).containsExactly("8 of a b");
  }

  @Test
  void shortcutBySlicingAndPaddingMeetsTheMiddle() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 4, 3, 3, 3);
    conv("b", "Conv", Attributes.NONE.with("strides", 2L, 2L), "a", 8, 8, 4, 3, 3);
    sketch
        .longs("starts", 0, 0)
        .longs("ends", Long.MAX_VALUE, Long.MAX_VALUE)
        .longs("axes", 2, 3)
        .longs("steps", 2, 2)
        .longs("pads", 0, 2, 0, 0, 0, 2, 0, 0)
        .node("half", "Slice", "a", "starts", "ends", "axes", "steps")
        .node("padded", "Pad", "half", "pads")
        .node("sum", "Add", "b", "padded");
    conv("c", "sum", 4, 8, 1, 1);
    assertThat(groups(sketch.model("c"))).containsExactly("4 of a b", "4 of b");
  }

  @Test
  void concatenationKeepsLayersApartAndSplitTakesThemBack() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 4, 3, 1, 1);
    conv("b", "x", 6, 3, 1, 1);
    sketch
        .node("both", "Concat", Attributes.NONE.with("axis", 1), "a", "b")
        .longs("sizes", 5, 5)
        .add(
            io.nncf4j.core.graph.Node.onnx(
                "split",
                "Split",
                Attributes.NONE.with("axis", 1),
                List.of("both", "sizes"),
                List.of("first", "second")));
    conv("c", "first", 4, 5, 1, 1);
    conv("d", "second", 4, 5, 1, 1);
    sketch.node("sum", "Add", "c", "d");
    // The first channel of b alone goes the way of a.
    assertThat(groups(sketch.model("sum"))).containsExactly("4 of a", "1 of b", "5 of b");
  }

  @Test
  void shuffleTiesTheSameChannelOfEachGroup() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 12, 3, 1, 1);
    sketch
        .longs("split", 1, 2, 6, 8, 8)
        .longs("join", 1, 12, 8, 8)
        .node("halves", "Reshape", "a", "split")
        .node("swapped", "Transpose", Attributes.NONE.with("perm", 0L, 2L, 1L, 3L, 4L), "halves")
        .node("shuffled", "Reshape", "swapped", "join");
    conv("b", "shuffled", 4, 12, 1, 1);
    assertThat(groups(sketch.model("b"))).containsExactly("6 of a");
  }

  @Test
  void depthwiseFollowsAndGroupsGoAsAWholeOrAlike() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 8, 3, 1, 1);
    conv("deep", "Conv", Attributes.NONE.with("group", 8), "a", 16, 16, 1, 3, 3);
    conv("b", "deep", 16, 16, 1, 1);
    conv("many", "Conv", Attributes.NONE.with("group", 8), "b", 24, 24, 2, 3, 3);
    conv("c", "many", 12, 24, 1, 1);
    conv("few", "Conv", Attributes.NONE.with("group", 2), "c", 8, 8, 6, 3, 3);
    conv("d", "few", 4, 8, 1, 1);
    assertThat(groups(sketch.model("d"))).containsExactly("8 of a", "8 of b", "6 of c", "4 of few");
  }

  @Test
  void transposedConvolutionsOfEachKind() {
    sketch.input("x", 1, 3, 4, 4);
    conv("a", "x", 8, 3, 1, 1);
    conv("up", "ConvTranspose", Attributes.NONE.with("strides", 2L, 2L), "a", 6, 8, 6, 3, 3);
    conv("deep", "ConvTranspose", Attributes.NONE.with("group", 6), "up", 6, 6, 1, 3, 3);
    conv("few", "ConvTranspose", Attributes.NONE.with("group", 2), "deep", 8, 6, 4, 3, 3);
    conv("b", "few", 4, 8, 1, 1);
    assertThat(groups(sketch.model("b"))).containsExactly("8 of a", "3 of up", "4 of few");
  }

  @Test
  void flattenSpreadsAChannelOverALinearLayer() {
    sketch.input("x", 1, 3, 4, 4);
    conv("a", "x", 8, 3, 3, 3);
    sketch.node("flat", "Flatten", "a");
    linear("b", "flat", 128, 6);
    sketch.node("r", "Relu", "b");
    linear("c", "r", 6, 2);
    assertThat(groups(sketch.model("c"))).containsExactly("8 of a", "6 of b");
  }

  @Test
  void squeezeAndExcitation() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 8, 3, 3, 3);
    sketch.node("mean", "GlobalAveragePool", "a");
    conv("down", "mean", 4, 8, 1, 1);
    sketch.node("r", "Relu", "down");
    conv("up", "r", 8, 4, 1, 1);
    sketch.node("gate", "Sigmoid", "up").node("scaled", "Mul", "a", "gate");
    conv("b", "scaled", 4, 8, 1, 1);
    assertThat(groups(sketch.model("b"))).containsExactly("8 of a up", "4 of down");
  }

  @Test
  void sharedWeightsTieBothUses() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 8, 3, 1, 1);
    conv("b", "a", 8, 8, 3, 3);
    sketch.node("c", "Conv", Attributes.NONE.with("pads", 1L, 1L, 1L, 1L), "b", "b.w", "b.b");
    conv("d", "c", 4, 8, 1, 1);
    assertThat(groups(sketch.model("d"))).containsExactly("8 of a b c");
  }

  @Test
  void equalBiasesTieNothing() {
    sketch.input("x", 1, 3, 8, 8).constant("zeros", random(8));
    for (String name : List.of("a", "b")) {
      sketch
          .constant(name + ".w", random(8, name.equals("a") ? 3 : 8, 1, 1))
          .node(name, "Conv", name.equals("a") ? "x" : "a", name + ".w", "zeros");
    }
    conv("c", "b", 4, 8, 1, 1);
    assertThat(groups(sketch.model("c"))).containsExactly("8 of a", "8 of b");
  }

  @Test
  void headsOfAttentionAndMiddleOfTheBlockBehindIt() {
    sketch
        .input("x", 1, 5, 12)
        .longs("split", 0, 0, 4, 3)
        .longs("join", 0, 0, 12)
        .floats("scale", 0.5f);
    for (String name : List.of("q", "k", "v")) {
      linear(name, "x", 12, 12);
      sketch
          .node(name + "4", "Reshape", name, "split")
          .node(
              name + "t",
              "Transpose",
              Attributes.NONE.with(
                  "perm", name.equals("k") ? new long[] {0, 2, 3, 1} : new long[] {0, 2, 1, 3}),
              name + "4");
    }
    sketch
        .node("scores", "MatMul", "qt", "kt")
        .node("scaled", "Mul", "scores", "scale")
        .node("weights", "Softmax", "scaled")
        .node("mixed", "MatMul", "weights", "vt")
        .node("back", "Transpose", Attributes.NONE.with("perm", 0L, 2L, 1L, 3L), "mixed")
        .node("joined", "Reshape", "back", "join");
    linear("out", "joined", 12, 12);
    sketch
        .node("residual", "Add", "out", "x")
        .floats("one", ones(12))
        .floats("zero", new float[12]);
    sketch.node("norm", "LayerNormalization", "residual", "one", "zero");
    linear("fc1", "norm", 12, 20);
    sketch.node("act", "Gelu", "fc1");
    linear("fc2", "act", 20, 12);
    Model model = sketch.model("fc2");
    assertThat(groups(model)).containsExactly("4 of q k v", "20 of fc1");
    assertThat(findings(model)).extracting(Finding::nodes).contains(List.of("out", "residual"));
  }

  /** Queries, keys and values by one layer, cut up by a split: still whole heads go. */
  @Test
  void headsOfAFusedProjection() {
    Model model = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_vit/model_dynamic.onnx"));
    assertThat(ChannelAnalysis.of(model).groups())
        .extracting(group -> group.units().size())
        .containsExactly(4, 256, 4, 256, 4, 256, 4, 256, 4, 256);
    Model joined = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_mha/model.onnx"));
    assertThat(ChannelAnalysis.of(joined).groups())
        .as("heads that were a part of the batch in between")
        .extracting(group -> group.units().size())
        .containsExactly(4, 96);
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void normalisationsOverChannelsKeepThemAndSayWhy() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 8, 3, 1, 1);
    sketch.node("r", "Relu", "a").node("s", "Softmax", Attributes.NONE.with("axis", 1), "r");
    conv("b", "s", 4, 8, 1, 1);
    Model model = sketch.model("b");
    assertThat(groups(model)).isEmpty();
    assertThat(findings(model).get(0).nodes()).containsExactly("a", "r", "s");
    assertThat(findings(model).get(0).message()).contains("normalizes over channels");
  }

  @Test
  void groupNormalizationLosesWholeGroups() {
    sketch.input("x", 1, 3, 8, 8).floats("one", ones(8)).floats("zero", new float[8]);
    conv("a", "x", 8, 3, 1, 1);
    sketch.node(
        "n", "GroupNormalization", Attributes.NONE.with("num_groups", 4), "a", "one", "zero");
    conv("b", "n", 4, 8, 1, 1);
    assertThat(groups(sketch.model("b"))).containsExactly("4 of a");
  }

  @Test
  void depthToSpaceAndGatheredChannels() {
    sketch.input("x", 1, 3, 4, 4).longs("order", 3, 2, 1, 0);
    conv("a", "x", 16, 3, 1, 1);
    sketch
        .node("deep", "DepthToSpace", Attributes.NONE.with("blocksize", 2), "a")
        .node("turned", "Gather", Attributes.NONE.with("axis", 1), "deep", "order");
    conv("b", "turned", 4, 4, 1, 1);
    assertThat(groups(sketch.model("b"))).containsExactly("4 of a");
  }

  @Test
  void einsumTiesLetters() {
    sketch.input("x", 1, 5, 6).constant("w", random(6, 8)).constant("v", random(8, 4));
    sketch
        .node("a", "MatMul", "x", "w")
        .node("sums", "Einsum", Attributes.NONE.with("equation", "btc,cd->btd"), "a", "v");
    assertThat(groups(sketch.model("sums"))).containsExactly("8 of a");
  }

  @Test
  void unknownOperatorsKeepWhatTheyTouch() {
    sketch.input("x", 1, 3, 8, 8).longs("count", 2);
    conv("a", "x", 8, 3, 1, 1);
    sketch.add(
        io.nncf4j.core.graph.Node.onnx(
            "top",
            "TopK",
            Attributes.NONE.with("axis", 1),
            List.of("a", "count"),
            List.of("v", "i")));
    Model model = sketch.model("v");
    assertThat(groups(model)).isEmpty();
    assertThat(findings(model).get(0).nodes()).containsExactly("a", "top");
  }

  @Test
  void removingAllUnitsOfAGroupIsRefused() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 8, 3, 1, 1);
    conv("b", "a", 4, 8, 1, 1);
    ChannelAnalysis analysis = ChannelAnalysis.of(sketch.model("b"));
    assertThatThrownBy(() -> new RemoveChannels(analysis).remove(analysis.groups().get(0).units()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Nothing would be left");
  }

  @Test
  void removingNothingChangesNothing() {
    sketch.input("x", 1, 3, 8, 8);
    conv("a", "x", 8, 3, 1, 1);
    conv("b", "a", 4, 8, 1, 1);
    ChannelAnalysis analysis = ChannelAnalysis.of(sketch.model("b"));
    assertThat(new RemoveChannels(analysis).remove(List.of())).isSameAs(analysis.model());
  }
}
