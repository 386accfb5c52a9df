package io.nncf4j.core.rewrite.opset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the rules make of single nodes; that results stay the same is shown with ONNX Runtime in the
 * tests of the ONNX reader.
 */
class RaiseOpsetTest {
  private static final TensorType IMAGE = TensorType.of(DataType.FLOAT32, 2, 3, 4, 4);

  private static Model model(int opset, TensorType input, Node... nodes) {
    Node last = nodes[nodes.length - 1];
    List<Value> outputs =
        last.outputs().stream()
            .filter(name -> !name.isEmpty())
            .map(name -> new Value(name, null))
            .toList();
    Map<String, Tensor> constants = Map.of("c", Tensor.ofFloats(new float[3], 3));
    return Model.of(
            new Graph(
                "g", List.of(new Value("x", input)), outputs, constants, List.of(nodes), Map.of()))
        .withOpset("", opset);
  }

  private static Node node(String type, Attributes attributes, String... inputs) {
    return Node.onnx("n", type, attributes, List.of(inputs), List.of("y"));
  }

  private static Graph raise(int opset, Node... nodes) {
    return raise(model(opset, IMAGE, nodes));
  }

  private static Graph raise(Model model) {
    Model raised = RaiseOpset.canonical().apply(model).model();
    assertThat(raised.opset()).isEqualTo(Model.CANONICAL_OPSET);
    assertThat(RaiseOpset.canonical().apply(raised).model()).isSameAs(raised);
    return raised.graph();
  }

  private static long[] constant(Graph graph, int input) {
    return graph.constantValue(graph.node("n").input(input)).toLongs();
  }

  @Test
  void newerModelsStayAsTheyAre() {
    Model newer = model(22, IMAGE, node("Relu", Attributes.NONE, "x"));
    assertThat(RaiseOpset.canonical().apply(newer).model()).isSameAs(newer);
  }

  @Test
  void operatorsWhoseFormDidNotChangeStayAsTheyAre() {
    Model old = model(7, IMAGE, node("Relu", Attributes.NONE, "x"));
    assertThat(RaiseOpset.canonical().apply(old).model().graph()).isSameAs(old.graph());
  }

  @Test
  void operatorsOfOtherDomainsStayAsTheyAre() {
    Node custom =
        new Node(
            "n",
            new OperatorType("org.example", "Unsqueeze"),
            Attributes.NONE.with("axes", 0L, 1L),
            List.of("x"),
            List.of("y"));
    assertThat(raise(9, custom).node("n")).isSameAs(custom);
  }

  @Test
  void axesBecomeAnInput() {
    Graph graph = raise(9, node("Unsqueeze", Attributes.of("axes", Attribute.of(0L, 5L)), "x"));
    assertThat(graph.node("n").attributes().isEmpty()).isTrue();
    assertThat(constant(graph, 1)).containsExactly(0, 5);

    graph = raise(17, node("ReduceMean", Attributes.of("axes", Attribute.of(2L, 3L)), "x"));
    assertThat(constant(graph, 1)).containsExactly(2, 3);
  }

  @Test
  void axesThatAreAnInputAlreadyStay() {
    Node node = node("ReduceSum", Attributes.NONE, "x", "c");
    assertThat(raise(13, node).node("n")).isSameAs(node);
  }

  @Test
  void sliceTakesItsLimitsAsInputs() {
    Attributes attributes = Attributes.NONE.with("starts", 1L, 0L).with("ends", 2L, 9L);
    Graph graph = raise(9, node("Slice", attributes, "x"));
    assertThat(constant(graph, 1)).containsExactly(1, 0);
    assertThat(constant(graph, 2)).containsExactly(2, 9);
    assertThat(graph.node("n").hasInput(3)).isFalse();
  }

  @Test
  void clipTakesLimitsOfTheTypeOfItsData() {
    Attributes attributes = Attributes.NONE.with("min", 0f).with("max", 6f);
    Model half = model(10, IMAGE.withDataType(DataType.FLOAT16), node("Clip", attributes, "x"));
    Graph graph = raise(half);
    Tensor maximum = graph.constantValue(graph.node("n").input(2));
    assertThat(maximum).isEqualTo(Tensor.ofDoubles(DataType.FLOAT16, new double[] {6}));
  }

  @Test
  void splitSaysHowManyParts() {
    Node split = Node.onnx("n", "Split", Attributes.NONE, List.of("x"), List.of("y", "z"));
    assertThat(raise(11, split).node("n").intAttribute("num_outputs", 0)).isEqualTo(2);
  }

  @Test
  void softmaxOverOneAxisStaysOneNode() {
    Model row =
        model(11, TensorType.of(DataType.FLOAT32, 2, 10), node("Softmax", Attributes.NONE, "x"));
    assertThat(raise(row).nodes()).singleElement();
    assertThat(raise(row).node("n").intAttribute("axis", -1)).isEqualTo(1);

    Model ones =
        model(
            11,
            TensorType.of(DataType.FLOAT32, 2, 10, 1, 1),
            node("Softmax", Attributes.NONE, "x"));
    assertThat(raise(ones).nodes()).singleElement();
  }

  @Test
  void softmaxOverSeveralAxesIsFlattened() {
    Graph graph = raise(11, node("Softmax", Attributes.NONE, "x"));
    assertThat(graph.nodes().stream().map(Node::type))
        .containsExactlyInAnyOrder("Flatten", "Shape", "Softmax", "Reshape");
    assertThat(graph.producer("y").type()).isEqualTo("Reshape");
  }

  @Test
  void shapesThatOnlyInferenceKnowsKeepSoftmaxSimple() {
    Node flatten = Node.onnx("f", "Flatten", Attributes.NONE, List.of("x"), List.of("t"));
    Graph graph = raise(11, flatten, node("Softmax", Attributes.NONE, "t"));
    assertThat(graph.nodes()).hasSize(2);
  }

  @Test
  void upsampleBecomesResize() {
    Attributes attributes =
        Attributes.NONE.with("mode", "bilinear").with("height_scale", 2f).with("width_scale", 3f);
    Graph graph = raise(6, node("Upsample", attributes, "x"));
    Node resize = graph.node("n");
    assertThat(resize.type()).isEqualTo("Resize");
    assertThat(resize.stringAttribute("mode", "")).isEqualTo("linear");
    assertThat(resize.stringAttribute("coordinate_transformation_mode", ""))
        .isEqualTo("asymmetric");
    assertThat(graph.constantValue(resize.input(2)).toFloats()).containsExactly(1, 1, 2, 3);
  }

  @Test
  void oldBroadcastAlongAnAxisIsSpeltOut() {
    Attributes attributes = Attributes.NONE.with("broadcast", 1L).with("axis", 1L);
    Graph graph = raise(6, node("Add", attributes, "x", "c"));
    assertThat(graph.node("n").attributes().isEmpty()).isTrue();
    assertThat(graph.constantValue(graph.node("n").input(1)).shape()).containsExactly(3, 1, 1);
  }

  @Test
  void oldBroadcastOfUnknownShapesIsAlignedAtRunTime() {
    Attributes attributes = Attributes.NONE.with("broadcast", 1L).with("axis", 1L);
    Model unknown = model(6, TensorType.UNKNOWN, node("Add", attributes, "x", "c"));
    assertThat(raise(unknown).producer(raise(unknown).node("n").input(1)).type())
        .isEqualTo("Reshape");
  }

  @Test
  void batchNormalizationForgetsStatisticsThatNobodyReads() {
    Node old =
        Node.onnx(
            "n",
            "BatchNormalization",
            Attributes.NONE.with("spatial", 1L),
            List.of("x", "c", "c", "c", "c"),
            List.of("t", "m", "v", "sm", "sv"));
    Graph graph =
        raise(7, old, Node.onnx("r", "Relu", Attributes.NONE, List.of("t"), List.of("y")));
    assertThat(graph.node("n").outputs()).containsExactly("t");
    assertThat(graph.node("n").attributes().isEmpty()).isTrue();
  }

  @Test
  void savedStatisticsCannotBeRaised() {
    Node old =
        Node.onnx(
            "n",
            "BatchNormalization",
            Attributes.NONE,
            List.of("x", "c", "c", "c", "c"),
            List.of("y", "m", "v", "sm", "sv"));
    assertThatThrownBy(() -> raise(9, old))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"n\"")
        .hasMessageContaining("BatchNormalization of opset 9");
  }

  @Test
  void castNamesItsTypeByNumber() {
    Graph graph = raise(5, node("Cast", Attributes.NONE.with("to", "DOUBLE"), "x"));
    assertThat(graph.node("n").intAttribute("to", 0)).isEqualTo(11);
  }

  @Test
  void bodiesAreRaisedToo() {
    Node inner =
        Node.onnx(
            "i",
            "Unsqueeze",
            Attributes.of("axes", Attribute.of(0L, 1L)),
            List.of("x"),
            List.of("t"));
    Graph body =
        new Graph(
            "b", List.of(), List.of(new Value("t", null)), Map.of(), List.of(inner), Map.of());
    Attributes branches =
        Attributes.of("then_branch", Attribute.of(body)).with("else_branch", Attribute.of(body));
    Graph graph = raise(11, node("If", branches, "c"));
    Graph raised = graph.node("n").graphAttribute("then_branch");
    assertThat(raised.node("i").hasInput(1)).isTrue();
    assertThat(raised.constants()).hasSize(1);
    assertThat(graph.constants()).containsOnlyKeys("c");
  }
}
