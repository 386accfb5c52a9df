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

class RemoveNoOperationsTest {
  private static final RemoveNoOperations PASS = new RemoveNoOperations();

  @Test
  void firesOnEveryKind() {
    Model model =
        graph()
            .input("x", 2, 3, 4)
            .constant("same", Tensor.vector(2, 3, 4))
            .constant("zeros", Tensor.vector(0, 0, 0))
            .constant("ones", Tensor.vector(1, 1, 1))
            .constant("pads", Tensor.vector(0, 0, 0, 0, 0, 0))
            .constant("all", Tensor.vector(Long.MAX_VALUE, 3, 4))
            .node("a", "Identity", "x")
            .node("b", "Dropout", "a")
            .node("c", "Cast", "b", with("to", 1L))
            .node("d", "Reshape", "c same")
            .node("e", "Expand", "d same")
            .node("f", "Transpose", "e", with("perm", new long[] {0, 1, 2}))
            .node("g", "Pad", "f pads")
            .node("h", "Slice", "g zeros all")
            .node("i", "Tile", "h ones")
            .node("j", "Concat", "i", with("axis", 1L))
            .node("k", "Clip", "j")
            .node("l", "Relu", "k")
            .node("y", "Identity", "l")
            .output("y")
            .model();
    PassResult result = Judge.fires(PASS, ShapeInference.infer(model));
    assertThat(result.model().graph().nodes())
        .containsExactly(
            Node.onnx(
                "l_node",
                "Relu",
                io.nncf4j.core.graph.Attributes.NONE,
                java.util.List.of("x"),
                java.util.List.of("y")));
    assertThat(result.model().graph().constants()).isEmpty();
  }

  @Test
  void joinsTransposes() {
    Model model =
        graph()
            .input("x", 2, 3, 4)
            .node("a", "Transpose", "x", with("perm", new long[] {1, 2, 0}))
            .node("b", "Transpose", "a", with("perm", new long[] {0, 2, 1}))
            .node("c", "Transpose", "b", with("perm", new long[] {1, 2, 0}))
            .node("y", "Relu", "c")
            .node("kept", "Transpose", "a", with("perm", new long[] {2, 1, 0}))
            .node("z", "Neg", "kept")
            .output("y")
            .output("z")
            .model();
    PassResult result = Judge.fires(PASS, model);
    assertThat(result.model().graph().nodes().stream().filter(n -> n.is("Transpose"))).hasSize(2);
  }

  @Test
  void twoTransposesThatUndoEachOtherVanish() {
    Model model =
        graph()
            .input("x", 2, 3, 4)
            .node("a", "Transpose", "x", with("perm", new long[] {1, 2, 0}))
            .node("b", "Transpose", "a", with("perm", new long[] {2, 0, 1}))
            .node("y", "Relu", "b")
            .output("y")
            .model();
    assertThat(Judge.types(Judge.fires(PASS, model))).containsExactly("Relu");
  }

  @Test
  void doesNotFireOnWhatDoesSomething() {
    Model model =
        graph()
            .input("x", 2, 3)
            .constant("starts", Tensor.vector(-1))
            .constant("ends", Tensor.vector(Long.MIN_VALUE))
            .constant("axes", Tensor.vector(0))
            .constant("back", Tensor.vector(-1))
            .constant("flat", Tensor.vector(6))
            .constant("pads", Tensor.vector(0, 1, 0, 0))
            // Keeps the shape, but turns the rows round.
            .node("a", "Slice", "x starts ends axes back")
            .node("b", "Reshape", "a flat")
            .node("c", "Cast", "b", with("to", 11L))
            .node("d", "Pad", "a pads")
            .output("c")
            .output("d")
            .model();
    Judge.doesNotFire(PASS, ShapeInference.infer(model));
  }

  @Test
  void anIdentityBetweenPromisedNamesStays() {
    Model model =
        graph()
            .input("x", 2)
            .node("y", "Identity", "x")
            .node("z", "Relu", "x")
            .node("copy", "Identity", "z")
            .output("y")
            .output("z")
            .output("copy")
            .model();
    Judge.doesNotFire(PASS, model);
  }

  @Test
  void bodiesReadTheValueItself() {
    Graph branch = graph("branch").node("r", "Neg", "copy").output("r").build();
    Model model =
        graph()
            .input("x", 2)
            .input("flag", TensorType.of(DataType.BOOL))
            .node("copy", "Identity", "x")
            .node("y", "If", "flag", with("then_branch", branch, "else_branch", branch))
            .output("y")
            .model();
    PassResult result = Judge.fires(PASS, model);
    assertThat(result.model().graph().node("y_node").graphAttribute("then_branch").captured())
        .containsExactly("x");
  }

  @Test
  void unusedNodesAndConstantsGo() {
    Model model =
        graph()
            .input("x", 2)
            .input("spare", 1)
            .constant("c", Tensor.scalar(1f))
            .node("dead", "Add", "x c")
            .node("deader", "Exp", "dead")
            .node("y", "Relu", "x")
            .output("y")
            .model();
    PassResult result = Judge.fires(new RemoveUnused(), model);
    assertThat(result.diff().removedNodes()).containsExactly("dead_node", "deader_node");
    assertThat(result.diff().removedConstants()).containsExactly("c");
    Judge.doesNotFire(
        new RemoveUnused(), graph().input("x", 1).node("y", "Relu", "x").output("y").model());
  }

  @Test
  void equalConstantsBecomeOne() {
    Model model =
        graph()
            .input("x", 2)
            .constant("a", Tensor.scalar(1f))
            .constant("b", Tensor.scalar(1f))
            .constant("other", Tensor.scalar(1L))
            .constant("minus", Tensor.scalar(-0f))
            .constant("plus", Tensor.scalar(0f))
            .node("p", "Add", "x a")
            .node("q", "Add", "p b")
            .node("r", "Add", "q minus")
            .node("y", "Add", "r plus")
            .output("y")
            .model();
    PassResult result = Judge.fires(new DeduplicateConstants(), model);
    assertThat(result.diff().removedConstants()).containsExactly("b");
  }

  @Test
  void differentConstantsStay() {
    Judge.doesNotFire(
        new DeduplicateConstants(),
        graph()
            .input("x", 1)
            .constant("a", Tensor.scalar(1f))
            .constant("b", Tensor.scalar(2f))
            .node("p", "Add", "x a")
            .node("y", "Add", "p b")
            .output("y")
            .model());
  }
}
