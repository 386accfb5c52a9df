package io.nncf4j.core.graph;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static Node relu(String name, String input, String output) {
    return Node.onnx(name, "Relu", Attributes.NONE, List.of(input), List.of(output));
  }

  private static Graph of(List<Node> nodes, String... outputs) {
    return new Graph(
        "g",
        List.of(new Value("x", null)),
        java.util.Arrays.stream(outputs).map(name -> new Value(name, null)).toList(),
        Map.of(),
        nodes,
        Map.of());
  }

  /** A random acyclic graph; node k reads values made before it. */
  static List<Node> randomNodes(int count, long seed) {
    Random random = new Random(seed);
    List<Node> nodes = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      List<String> inputs = new ArrayList<>();
      for (int input = 0; input < 1 + random.nextInt(3); input++) {
        int from = random.nextInt(number + 1);
        inputs.add(from == 0 ? "x" : "v" + from);
      }
      nodes.add(
          Node.onnx(
              "n" + (number + 1), "Sum", Attributes.NONE, inputs, List.of("v" + (number + 1))));
    }
    return nodes;
  }

  @Property(tries = 100)
  void anyOrderIsSortedAndASortedOneStays(
      @ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
    List<Node> sorted = randomNodes(count, seed);
    List<Node> shuffled = new ArrayList<>(sorted);
    Collections.shuffle(shuffled, new Random(seed));
    Graph graph = of(shuffled);
    Map<String, Integer> place = new HashMap<>();
    graph.nodes().forEach(node -> place.put(node.name(), place.size()));
    for (Node node : graph.nodes()) {
      for (String input : node.inputs()) {
        Node producer = graph.producer(input);
        assertThat(producer == null || place.get(producer.name()) < place.get(node.name()))
            .isTrue();
      }
    }
    assertThat(of(sorted).nodes()).isEqualTo(sorted);
    assertThat(graph.nodes()).containsExactlyInAnyOrderElementsOf(sorted);
  }

  @Test
  void cyclesAreNamed() {
    assertThatThrownBy(() -> of(List.of(relu("a", "q", "p"), relu("b", "p", "q"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cycle")
        .hasMessageContaining("[a, b]");
    assertThatThrownBy(() -> of(List.of(relu("self", "p", "p"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("self");
  }

  @Test
  void namesAreAssignedOnce() {
    assertThatThrownBy(() -> of(List.of(relu("a", "x", "y"), relu("b", "x", "y"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"y\" twice")
        .hasMessageContaining("\"a\"");
    assertThatThrownBy(() -> of(List.of(relu("a", "x", "x")))).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> of(List.of(relu("a", "x", "y"), relu("a", "x", "z"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("two nodes");
    assertThatThrownBy(() -> graph().input("x", 1).constant("x", Tensor.scalar(1f)).build())
        .isInstanceOf(InputException.class);
  }

  @Test
  void bodiesOrderTheirOwnersAndCountAsUses() {
    Graph body = graph("body").node("r", "Neg", "late").output("r").build();
    Graph inner =
        graph("outer-body").node("q", "If", "c", with("then_branch", body)).output("q").build();
    assertThat(inner.captured()).containsExactlyInAnyOrder("c", "late");
    Graph graph =
        of(
            List.of(
                Node.onnx("owner", "If", with("then_branch", inner), List.of("x"), List.of("y")),
                relu("cond", "x", "c"),
                relu("before", "x", "late")),
            "y");
    assertThat(graph.nodes().get(2).name()).isEqualTo("owner");
    assertThat(graph.uses("late")).containsExactly(new Graph.Use(graph.node("owner"), -1));
    assertThat(graph.hasSingleUse("late")).isTrue();
    assertThat(graph.captured()).isEmpty();
    assertThat(graph.allNames()).contains("r", "q", "r_node", "late");
  }

  @Test
  void aModelReadsOnlyWhatIsDefined() {
    assertThatThrownBy(() -> Model.of(of(List.of(relu("a", "nowhere", "y")), "y")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> Model.of(of(List.of(), "nothing"))).isInstanceOf(InputException.class);
  }

  @Test
  void usesAndValuesTellWhatIsKnown() {
    Graph graph =
        graph()
            .input("x", 2)
            .constant("c", Tensor.vector(1, 2))
            .node("k", "Constant", "", with("value", Tensor.scalar(3f)))
            .node("y", "Mul", "x x")
            .node("z", "Add", "y k")
            .type("y", DataType.FLOAT32, 2)
            .output("z", 2)
            .build();
    assertThat(graph.uses("x")).hasSize(2);
    assertThat(graph.consumers("x")).hasSize(1);
    assertThat(graph.hasSingleUse("x")).isFalse();
    assertThat(graph.hasSingleUse("z")).isFalse();
    assertThat(graph.tensorType("c")).isEqualTo(TensorType.of(DataType.INT64, 2));
    assertThat(graph.tensorType("z")).isEqualTo(TensorType.of(DataType.FLOAT32, 2));
    assertThat(graph.constantValue("k")).isEqualTo(Tensor.scalar(3f));
    assertThat(graph.constant("k")).isNull();
  }

  @Test
  void attributesAreTypedAndComparable() {
    Node node =
        Node.onnx("n", "Conv", with("group", 2, "pads", new long[] {1}), List.of(), List.of());
    assertThat(node.intAttribute("group", 1)).isEqualTo(2);
    assertThat(node.intsAttribute("strides", 3, 3)).containsExactly(3, 3);
    assertThat(node.intsAttributeOrNull("strides")).isNull();
    assertThatThrownBy(() -> node.floatAttribute("group", 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"n\"")
        .hasMessageContaining("group should be a float");
    assertThatThrownBy(() -> node.graphAttribute("body"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("lacks the attribute body");
    assertThat(with("a", 1, "b", "t")).isEqualTo(with("b", "t", "a", 1));
    assertThat(with("a", 1).with("a", 2L)).isEqualTo(with("a", 2));
    assertThat(with("a", 1, "b", 2).without("a").names()).containsExactly("b");
    assertThat(node.withInput(2, "w").inputs()).containsExactly("", "", "w");
  }

  @Test
  void theDifferenceOfTwoGraphsIsByNameAndContent() {
    Tensor shared = Tensor.scalar(1f);
    Graph before =
        graph()
            .input("x", 1)
            .constant("same", shared)
            .constant("other", Tensor.scalar(1f))
            .constant("gone", Tensor.scalar(1f))
            .node("a", "Add", "x same")
            .node("b", "Add", "a other")
            .node("c", "Add", "b gone")
            .output("c")
            .build();
    GraphEditor editor = new GraphEditor(before);
    editor.constant("other", Tensor.scalar(2f)).redirect("b_node", "a", "x").remove("c_node");
    editor.add(relu("new", "b", "c"));
    GraphDiff diff = editor.removeUnused().finish().diff();
    assertThat(diff.addedNodes()).containsExactly("new");
    assertThat(diff.removedNodes()).containsExactly("a_node", "c_node");
    assertThat(diff.changedNodes()).containsExactly("b_node");
    assertThat(diff.changedConstants()).containsExactly("other");
    assertThat(diff.removedConstants()).containsExactly("same", "gone");
    assertThat(GraphDiff.between(before, before).isEmpty()).isTrue();
  }
}
