package io.nncf4j.core.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.Finding;
import io.nncf4j.core.Graphs;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.GoldenFile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowerFakeQuantizeTest {
  private static final Tensor WEIGHT =
      Tensor.ofFloats(new float[] {0.11f, -0.2f, 0.3f, 4, -5, 60}, 2, 3);

  private static Model quantizedLinear(FakeQuantize activation, FakeQuantize weight) {
    GraphEditor editor = Graphs.graph("linear").input("x", 4, 3).constant("w", WEIGHT).editor();
    activation.addTo(editor, "fq_x", "x", "xq", 2);
    weight.addTo(editor, "fq_w", "w", "wq", 2);
    editor.add(
        Node.onnx(
            "gemm",
            "Gemm",
            Graphs.with("transB", 1),
            java.util.List.of("xq", "wq"),
            java.util.List.of("y")));
    editor.output(new Value("y", null));
    return Model.of(editor.build())
        .withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
  }

  private static FakeQuantize activation() {
    return FakeQuantize.ofGrid(
        IntegerGrid.full(
            Tensor.scalar(0.02f), Tensor.ofBytes(DataType.UINT8, new byte[] {(byte) 128})),
        0);
  }

  private static FakeQuantize weight() {
    return FakeQuantize.ofGrid(
        IntegerGrid.narrow(
            Tensor.ofFloats(new float[] {0.1f, 0.5f}, 2),
            Tensor.ofBytes(DataType.INT8, new byte[2], 2)),
        0);
  }

  @Test
  void lowersActivationsToPairsAndConstantsToIntegers() {
    Model model = quantizedLinear(activation(), weight());
    PassResult result = new LowerFakeQuantize().apply(model);

    Graph graph = result.model().graph();
    assertThat(result.findings()).isEmpty();
    assertThat(result.model().opsets()).containsOnlyKeys("");
    assertThat(graph.constant("wq.codes").toLongs()).containsExactly(1, -2, 3, 8, -10, 120);
    assertThat(graph.constants()).doesNotContainKey("w");
    GoldenFile.check(
        "lowered-linear.txt", io.nncf4j.core.print.TextPrinter.defaults().print(result.model()));
  }

  @Test
  void clipsActivationsWhoseGridLeavesCodesOut() {
    FakeQuantize narrow = FakeQuantize.ofRange(255, 0, Tensor.scalar(-1.27f), Tensor.scalar(1.27f));
    Graph graph = new LowerFakeQuantize().apply(quantizedLinear(narrow, weight())).model().graph();
    assertThat(graph.nodes())
        .extracting(Node::type)
        .containsExactlyInAnyOrder(
            "Clip", "QuantizeLinear", "DequantizeLinear", "DequantizeLinear", "Gemm");
    Node quantize = graph.producer("xq.codes");
    assertThat(graph.constant(quantize.input(2)).toString()).isEqualTo("uint8[]");
    assertThat(graph.constant(quantize.input(2)).longAt(0)).isEqualTo(127);
  }

  @ParameterizedTest
  @CsvSource({"256,1,2,1,2", "5,-1,1,0.1,3", "2,0.5,0.5,-1,1", "4,1,-1,2,0.5", "16,-0.3,2.7,2,-1"})
  void composesWhatHasNoZeroPointAndSaysWhy(
      int levels, float low, float high, float outputLow, float outputHigh) {
    FakeQuantize odd =
        new FakeQuantize(
            levels,
            0,
            Tensor.scalar(low),
            Tensor.scalar(high),
            Tensor.scalar(outputLow),
            Tensor.scalar(outputHigh),
            null);
    GraphEditor editor = Graphs.graph("odd").input("x", 4, 3).editor();
    odd.addTo(editor, "fq", "x", "y", 2);
    editor.output(new Value("y", null));
    Model model =
        Model.of(editor.build()).withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
    PassResult result = new LowerFakeQuantize().apply(model);

    assertThat(result.model().opsets()).containsOnlyKeys("");
    assertThat(result.findings())
        .extracting(Finding::code)
        .containsExactly("fake-quantize-composed");
    assertThat(result.findings().get(0).nodes()).containsExactly("fq");
    Tensor x =
        Tensor.ofFloats(
            new float[] {-9, -1, -0.6f, -0.3f, 0, 0.4f, 0.5f, 0.9f, 1, 1.4f, 2.7f, 9}, 4, 3);
    Tensor y = new Interpreter().run(result.model().graph(), Map.of("x", x)).get(0);
    assertThat(y.toFloats()).containsExactly(odd.apply(x).toFloats(), within(1e-6f));
  }

  @Test
  void doesNotFireWithoutFakeQuantize() {
    Model model = Graphs.graph().input("x", 1).node("y", "Relu", "x").output("y").model();
    PassResult result = new LowerFakeQuantize().apply(model);
    assertThat(result.model()).isSameAs(model);
    assertThat(result.hasChanged()).isFalse();
  }

  @Test
  void isIdempotent() {
    Model once = new LowerFakeQuantize().apply(quantizedLinear(activation(), weight())).model();
    assertThat(new LowerFakeQuantize().apply(once).model()).isSameAs(once);
  }

  @Test
  void lowersInsideBodies() {
    GraphEditor body = GraphEditor.empty("body").constant("w", WEIGHT);
    weight().addTo(body, "fq", "w", "wq", 2);
    body.output(new Value("wq", null));
    Graph branch = body.build();
    Model model =
        Graphs.graph()
            .input("flag", io.nncf4j.core.graph.TensorType.of(DataType.BOOL))
            .node("y", "If", "flag", Graphs.with("then_branch", branch, "else_branch", branch))
            .output("y")
            .model()
            .withOpset(OperatorType.NNCF_DOMAIN, 1);
    PassResult result = new LowerFakeQuantize().apply(model);
    Graph lowered = result.model().graph().node("y_node").graphAttribute("then_branch");
    assertThat(lowered.nodes()).extracting(Node::type).containsExactly("DequantizeLinear");
    assertThat(result.diff().changedNodes()).containsExactly("y_node");
  }

  @Test
  void recognitionGivesBackTheSameCodesAndScales() {
    Model lowered = new LowerFakeQuantize().apply(quantizedLinear(activation(), weight())).model();
    PassResult recognised = RecogniseFakeQuantize.all().apply(lowered);
    assertThat(recognised.model().graph().nodes())
        .extracting(Node::type)
        .containsExactlyInAnyOrder("FakeQuantize", "FakeQuantize", "Gemm");
    Graph again = new LowerFakeQuantize().apply(recognised.model()).model().graph();

    assertThat(again.constant("wq.codes")).isEqualTo(lowered.graph().constant("wq.codes"));
    for (String value : new String[] {"xq", "wq"}) {
      Node before = lowered.graph().producer(value);
      Node after = again.producer(value);
      assertThat(after.attributes()).isEqualTo(before.attributes());
      for (int index : new int[] {1, 2}) {
        assertThat(again.constant(after.input(index)))
            .isEqualTo(lowered.graph().constant(before.input(index)));
      }
    }
  }

  @Test
  void recognitionDoesNotFireOnPairsThatDisagreeOrOnBiases() {
    Model model =
        Graphs.graph()
            .input("x", 4)
            .constant("s1", Tensor.scalar(0.1f))
            .constant("s2", Tensor.scalar(0.2f))
            .constant("bias", Tensor.ofInts(new int[] {1, 2, 3, 4}, 4))
            .node("q", "QuantizeLinear", "x s1")
            .node("d", "DequantizeLinear", "q s2")
            .node("b", "DequantizeLinear", "bias s1")
            .node("y", "Add", "d b")
            .output("y")
            .model();
    assertThat(RecogniseFakeQuantize.all().apply(model).model()).isSameAs(model);
  }

  @Test
  void pairsOfTheSameCodesBecomeOneEvenWhenAScaleIsRepeated() {
    Model model =
        Graphs.graph()
            .input("x", 2, 3)
            .constant("s", Tensor.scalar(0.1f))
            .constant("z", Tensor.ofBytes(DataType.UINT8, new byte[] {7}))
            .constant("ss", Tensor.ofFloats(new float[] {0.1f, 0.1f, 0.1f}, 3))
            .constant("zz", Tensor.ofBytes(DataType.UINT8, new byte[] {7, 7, 7}, 3))
            .constant("other", Tensor.ofFloats(new float[] {0.1f, 0.2f, 0.1f}, 3))
            .node("q", "QuantizeLinear", "x s z")
            .node("a", "DequantizeLinear", "q s z")
            .node("b", "DequantizeLinear", "q ss zz", Graphs.with("axis", 1L))
            .node("c", "DequantizeLinear", "q other zz", Graphs.with("axis", 1L))
            .node("d", "Add", "a b")
            .node("y", "Add", "c d")
            .output("y")
            .model();
    Graph graph = Judge.fires(RecogniseFakeQuantize.all(), model).model().graph();
    assertThat(graph.nodes())
        .extracting(Node::type)
        .containsExactlyInAnyOrder(
            "FakeQuantize", "QuantizeLinear", "DequantizeLinear", "Add", "Add");
    assertThat(graph.producer("d").inputs()).containsExactly("a", "a");
  }

  @Test
  void recognitionIsIdempotentAndCanLeaveConstantsAlone() {
    Model lowered = new LowerFakeQuantize().apply(quantizedLinear(activation(), weight())).model();
    Model once = RecogniseFakeQuantize.all().apply(lowered).model();
    assertThat(RecogniseFakeQuantize.all().apply(once).model()).isSameAs(once);
    Model activations = new RecogniseFakeQuantize(false).apply(lowered).model();
    assertThat(activations.graph().constants()).containsKey("wq.codes");
    assertThat(activations.graph().nodes())
        .extracting(Node::type)
        .containsExactlyInAnyOrder("FakeQuantize", "DequantizeLinear", "Gemm");
  }
}
