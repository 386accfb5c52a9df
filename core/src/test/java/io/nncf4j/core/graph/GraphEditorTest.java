package io.nncf4j.core.graph;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GraphEditorTest {
  private static Graph chain() {
    return graph()
        .input("x", 2)
        .node("a", "Neg", "x")
        .node("b", "Exp", "a")
        .node("y", "Relu", "b")
        .type("a", DataType.FLOAT32, 2)
        .type("b", DataType.FLOAT32, 2)
        .output("y")
        .build();
  }

  private static float[] run(Graph graph) {
    return new Interpreter()
        .run(graph, Map.of("x", Tensor.ofFloats(new float[] {1, -2}, 2)))
        .get(0)
        .toFloats();
  }

  @Test
  void redirectingDropsWhatIsNoLongerRead() {
    Graph after = new GraphEditor(chain()).redirect("b", "a").removeUnused().build();
    assertThat(after.nodes()).extracting(Node::type).containsExactly("Neg", "Relu");
    assertThat(after.types()).containsOnlyKeys("a");
    assertThat(run(after)).containsExactly(0, 2);
  }

  @Test
  void aRedirectedOutputKeepsItsName() {
    Graph after = new GraphEditor(chain()).redirect("y", "a").removeUnused().build();
    assertThat(after.outputs()).extracting(Value::name).containsExactly("y");
    assertThat(run(after)).containsExactly(-1, 2);
    Graph inputAsOutput = graph().input("x", 1).output("x").build();
    assertThatThrownBy(() -> new GraphEditor(inputAsOutput).redirect("x", "q"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"x\"");
  }

  @Test
  void splicingPutsANodeBetweenAValueAndAllItsReaders() {
    for (String value : new String[] {"x", "a", "y"}) {
      GraphEditor editor = new GraphEditor(chain());
      GraphEditor.Splice splice = editor.splice(value);
      editor.add(
          Node.onnx(
              "scale",
              "Add",
              Attributes.NONE,
              List.of(splice.source(), splice.source()),
              List.of(splice.target())));
      Graph after = editor.build();
      assertThat(after.nodes()).hasSize(4);
      assertThat(after.outputs().get(0).name()).isEqualTo("y");
      float[] expected =
          switch (value) {
            case "x", "a" -> new float[] {(float) Math.exp(-2), (float) Math.exp(4)};
            default -> new float[] {(float) (2 * Math.exp(-1)), (float) (2 * Math.exp(2))};
          };
      assertThat(run(after)).containsExactly(expected, org.assertj.core.data.Offset.offset(1e-4f));
    }
  }

  @Test
  void splicingAnOutputThatIsReadInsideTooKeepsBoth() {
    Graph both =
        graph()
            .input("x", 2)
            .node("y", "Neg", "x")
            .node("z", "Exp", "y")
            .output("y")
            .output("z")
            .build();
    GraphEditor editor = new GraphEditor(both);
    GraphEditor.Splice splice = editor.splice("y");
    editor.add(
        Node.onnx(
            "q", "Relu", Attributes.NONE, List.of(splice.source()), List.of(splice.target())));
    Graph after = editor.build();
    assertThat(after.node("z_node").input(0)).isEqualTo("y");
    assertThat(run(after)).containsExactly(0, 2);
  }

  @Test
  void splicingAnInputThatIsHandedBackCutsItsReadersOnly() {
    Graph both = graph().input("x", 2).node("z", "Exp", "x").output("z").output("x").build();
    GraphEditor editor = new GraphEditor(both);
    GraphEditor.Splice splice = editor.splice("x");
    editor.add(
        Node.onnx(
            "q", "Relu", Attributes.NONE, List.of(splice.source()), List.of(splice.target())));
    Graph after = editor.build();
    assertThat(splice.source()).isEqualTo("x");
    assertThat(after.node("z_node").input(0)).isEqualTo(splice.target());
    assertThat(after.outputs()).isEqualTo(both.outputs());
  }

  @Test
  void bodiesFollowRedirectionAndSplicing() {
    Graph inner = graph("inner").node("s", "Exp", "a").output("s").build();
    Graph body =
        graph("body").node("r", "If", "flag", with("then_branch", inner)).output("r").build();
    Graph graph =
        graph()
            .input("x", 2)
            .input("flag", TensorType.of(DataType.BOOL))
            .node("a", "Neg", "x")
            .node("y", "If", "flag", with("then_branch", body, "else_branch", body))
            .output("y")
            .build();
    Graph redirected = new GraphEditor(graph).redirect("a", "x").removeUnused().build();
    assertThat(redirected.node("y_node").graphAttribute("then_branch").captured())
        .containsExactlyInAnyOrder("flag", "x");
    assertThat(redirected.nodes()).hasSize(1);

    GraphEditor editor = new GraphEditor(graph);
    GraphEditor.Splice splice = editor.splice("a");
    editor.add(
        Node.onnx(
            "q", "Relu", Attributes.NONE, List.of(splice.source()), List.of(splice.target())));
    Graph spliced = editor.removeUnused().build();
    assertThat(spliced.node("y_node").graphAttribute("else_branch").captured())
        .containsExactlyInAnyOrder("flag", splice.target());
    assertThat(spliced.nodes()).hasSize(3);
  }

  @Test
  void freshNamesAvoidBodiesAndReservedNames() {
    Graph body = graph("body").node("wish_1", "Neg", "x").output("wish_1").build();
    Graph graph =
        graph()
            .input("x", 1)
            .node("wish", "If", "x", with("then_branch", body))
            .output("wish")
            .build();
    GraphEditor editor = new GraphEditor(graph).reserve(Set.of("wish_2"));
    assertThat(editor.freshName("wish")).isEqualTo("wish_3");
    assertThat(editor.freshName("wish")).isEqualTo("wish_4");
    assertThat(editor.freshName("new")).isEqualTo("new");
  }

  @Test
  void theOldGraphAndItsWeightsStay() {
    Tensor weight = Tensor.scalar(1f);
    Graph before =
        graph().input("x", 1).constant("w", weight).node("y", "Add", "x w").output("y").build();
    Graph copy = new GraphEditor(before).build();
    assertThat(copy).isEqualTo(before);
    assertThat(copy.constant("w")).isSameAs(weight);
    new GraphEditor(before).remove("y_node").removeConstant("w").outputs(List.of()).build();
    assertThat(before.nodes()).hasSize(1);
    assertThat(before.constants()).containsKey("w");
  }

  @Test
  void misuseIsNamed() {
    assertThatThrownBy(() -> new GraphEditor(chain()).node("nobody"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nobody");
    assertThatThrownBy(() -> new GraphEditor(chain()).add(chain().node("a_node")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("already");
  }

  @Property(tries = 60)
  void whatRemainsIsExactlyWhatOutputsDependOn(
      @ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
    List<Node> nodes = new ArrayList<>(GraphTest.randomNodes(count, seed));
    String output = "v" + (1 + Math.floorMod(seed, (long) count));
    Collections.shuffle(nodes, new Random(seed));
    GraphEditor editor = GraphEditor.empty("g").input(new Value("x", null));
    nodes.forEach(editor::add);
    Graph graph = editor.output(new Value(output, null)).removeUnused().build();

    Set<String> needed = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(output));
    while (!open.isEmpty()) {
      String value = open.remove(open.size() - 1);
      for (Node node : nodes) {
        if (node.outputs().contains(value) && needed.add(node.name())) {
          open.addAll(node.inputs());
        }
      }
    }
    assertThat(graph.nodes().stream().map(Node::name)).containsExactlyInAnyOrderElementsOf(needed);
  }

  @Test
  void tenThousandUnusedNodesGoInWhateverOrderTheyCome() {
    for (boolean reversed : new boolean[] {false, true}) {
      List<Node> nodes = new ArrayList<>();
      for (int number = 1; number <= 10_000; number++) {
        nodes.add(
            Node.onnx(
                "n" + number,
                "Neg",
                Attributes.NONE,
                List.of(number == 1 ? "x" : "v" + (number - 1)),
                List.of("v" + number)));
      }
      if (reversed) {
        Collections.reverse(nodes);
      }
      GraphEditor editor = GraphEditor.empty("g").input(new Value("x", null));
      nodes.forEach(editor::add);
      Graph graph = editor.output(new Value("v10", null)).removeUnused().build();
      assertThat(graph.nodes()).hasSize(10);
    }
  }
}
