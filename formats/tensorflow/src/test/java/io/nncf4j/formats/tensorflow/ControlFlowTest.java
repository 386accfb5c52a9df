package io.nncf4j.formats.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Branches and loops with functions; {@code oracles/tensorflow} compares larger ones. */
class ControlFlowTest {
  private static final int FLOAT = 1;
  private static final int BOOL = 10;

  @TempDir Path folder;

  private static byte[] input(String name, int type, long... shape) {
    return GraphBytes.node(
        name,
        "Placeholder",
        new String[0],
        GraphBytes.type("dtype", type),
        GraphBytes.shape("shape", shape));
  }

  private static byte[] node(String name, String operator, String... inputs) {
    return GraphBytes.node(name, operator, inputs);
  }

  private Model read(byte[] graph) throws IOException {
    Path file = folder.resolve("small.pb");
    Files.write(file, graph);
    return new TensorFlowReader().read(file);
  }

  private static byte[] branch(byte[] condition, byte[]... functions) {
    byte[] branch =
        GraphBytes.node(
            "if",
            "StatelessIf",
            new String[] {"asked", "x"},
            GraphBytes.function("then_branch", "then"),
            GraphBytes.function("else_branch", "else"));
    return GraphBytes.withLibrary(
        GraphBytes.graph(input("x", FLOAT, 3), condition, branch, node("y", "Neg", "if")),
        functions);
  }

  private static final byte[] THEN =
      GraphBytes.functionBody("then", FLOAT, FLOAT, "a:activations:0", node("a", "Relu", "x"));
  private static final byte[] ELSE =
      GraphBytes.functionBody("else", FLOAT, FLOAT, "a:y:0", node("a", "Square", "x"));

  @Test
  void aBranchThatIsDecidedWhileRunningIsAnIf() throws IOException {
    Model model = read(branch(input("asked", BOOL), THEN, ELSE));
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    assertThat(ShapeInference.analyse(model).findings()).isEmpty();
    Tensor values = Tensor.ofFloats(new float[] {-2, 1, 3}, 3);
    assertThat(run(model, true, values)).containsExactly(-0f, -1, -3);
    assertThat(run(model, false, values)).containsExactly(-4, -1, -9);
  }

  private static float[] run(Model model, boolean asked, Tensor values) {
    Tensor condition = Tensor.ofBytes(DataType.BOOL, new byte[] {(byte) (asked ? 1 : 0)});
    Tensor[] inputs =
        model.graph().inputs().stream()
            .map(input -> input.name().equals("x") ? values : condition)
            .toArray(Tensor[]::new);
    return Running.run(model, inputs).get(0).toFloats();
  }

  @Test
  void aBranchThatIsDecidedAlreadyIsPutInPlace() throws IOException {
    byte[] yes = GraphBytes.node("asked", "Const", new String[0], GraphBytes.flag("value", true));
    Model model = read(branch(yes, THEN, ELSE));
    assertThat(model.graph().nodes()).extracting(Node::type).containsExactly("Relu", "Neg");
  }

  @Test
  void aBranchWithoutItsFunctionIsRefused() {
    assertThatThrownBy(() -> read(branch(input("asked", BOOL), THEN)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"else\"")
        .hasMessageContaining("not there");
  }

  @Test
  void branchesThatBranchForEverEnd() {
    byte[] again =
        GraphBytes.functionBody(
            "else",
            FLOAT,
            FLOAT,
            "again:output:0",
            node("sum", "Sum", "x", "axes"),
            GraphBytes.node("axes", "Const", new String[0], GraphBytes.flag("value", true)),
            GraphBytes.node(
                "again",
                "If",
                new String[] {"x", "x"},
                GraphBytes.function("then_branch", "else"),
                GraphBytes.function("else_branch", "else")));
    byte[] scalar =
        GraphBytes.node(
            "if",
            "If",
            new String[] {"asked", "x"},
            GraphBytes.function("then_branch", "else"),
            GraphBytes.function("else_branch", "else"));
    byte[] graph =
        GraphBytes.withLibrary(
            GraphBytes.graph(
                input("x", FLOAT), input("asked", BOOL), scalar, node("y", "Neg", "if")),
            again);
    assertThatThrownBy(() -> read(graph))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("16 deep");
  }

  /** Graphs with bodies, for others to damage. */
  static List<byte[]> graphs() {
    return List.of(branch(input("asked", BOOL), THEN, ELSE), loop());
  }

  private static byte[] loop() {
    byte[] loop =
        GraphBytes.node(
            "while",
            "While",
            new String[] {"x"},
            GraphBytes.function("cond", "more"),
            GraphBytes.function("body", "turn"));
    byte[] more =
        GraphBytes.functionBody(
            "more",
            FLOAT,
            BOOL,
            "less:z:0",
            node("one", "OnesLike", "x"),
            node("two", "Add", "one", "one"),
            node("eight", "Pow", "two", "three"),
            node("three", "Add", "two", "one"),
            node("less", "Less", "x", "eight"));
    byte[] turn = GraphBytes.functionBody("turn", FLOAT, FLOAT, "s:y:0", node("s", "Square", "x"));
    return GraphBytes.withLibrary(
        GraphBytes.graph(input("x", FLOAT), loop, node("y", "Neg", "while")), more, turn);
  }

  /** {@code while (x < 8) x = x * x}. */
  @Test
  void aLoopRunsAsLongAsItsConditionHolds() throws IOException {
    Model model = read(loop());
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    for (float[] pair : List.of(new float[] {9, -9}, new float[] {3, -9}, new float[] {2, -16})) {
      assertThat(Running.run(model, Tensor.scalar(pair[0])).get(0).toFloats())
          .containsExactly(pair[1]);
    }
  }
}
