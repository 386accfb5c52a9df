package io.nncf4j.core.pass;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static List<String> problems(Graph graph) {
    return Verifier.STANDARD.verify(Model.of(graph));
  }

  @Test
  void aSoundModelPasses() {
    Graph sound =
        graph()
            .input("x", 1, 3, 4, 4)
            .constant("w", Tensor.ofFloats(new float[6], 2, 3, 1, 1))
            .node("c", "Conv", "x w", with("pads", new long[4]))
            .node("y", "Clip", "c")
            .output("y", 1, 2, 4, 4)
            .build();
    assertThat(problems(sound)).isEmpty();
    assertThat(Verifier.THOROUGH.verify(Model.of(sound))).isEmpty();
  }

  @Test
  void arityIsChecked() {
    assertThat(problems(graph().input("x", 1).node("y", "Conv", "x").output("y").build()))
        .singleElement()
        .asString()
        .contains("\"y_node\" (Conv)", "takes 2 to 3 inputs, found 1");
    assertThat(problems(graph().input("x", 1).node("y", "Add", "_ x").output("y").build()))
        .singleElement()
        .asString()
        .contains("input 0 must not be absent");
    assertThat(problems(graph().input("x", 1).node("y z", "Relu", "x").output("y").build()))
        .singleElement()
        .asString()
        .contains("outputs, found 2");
  }

  @Test
  void attributesAreChecked() {
    Graph wrong =
        graph().input("x", 1).node("y", "Concat", "x", with("axis", 1f)).output("y").build();
    assertThat(problems(wrong))
        .singleElement()
        .asString()
        .contains("attribute axis should be int, found float");
    Graph lacking = graph().input("x", 1).node("y", "Cast", "x").output("y").build();
    assertThat(problems(lacking)).singleElement().asString().contains("lacks the attribute to");
  }

  @Test
  void domainsNeedAVersionAndUnknownOperatorsPass() {
    Node foreign =
        new Node(
            "n", new OperatorType("acme", "Spin"), Attributes.NONE, List.of("x"), List.of("y"));
    Model model = graph().input("x", 1).node(foreign).output("y").model();
    assertThat(Verifier.STANDARD.verify(model))
        .singleElement()
        .asString()
        .contains("no version of the domain acme");
    assertThat(Verifier.STANDARD.verify(model.withOpset("acme", 1))).isEmpty();
  }

  @Test
  void bodiesAreCheckedAndMustNotHideNames() {
    Graph branch = graph("branch").node("x", "Conv", "flag").output("x").build();
    Graph owner =
        graph()
            .input("x", 1)
            .input("flag", TensorType.of(DataType.BOOL))
            .node("y", "If", "flag", with("then_branch", branch, "else_branch", branch))
            .output("y")
            .build();
    assertThat(problems(owner)).anyMatch(problem -> problem.contains("defines \"x\""));
    assertThat(problems(owner)).anyMatch(problem -> problem.contains("2 to 3 inputs"));
  }

  @Test
  void outputsKeepTheirPromises() {
    Graph broken =
        graph()
            .input("x", 1, 2)
            .node("y", "Shape", "x")
            .type("y", DataType.INT64, 2)
            .output("y", 2)
            .build();
    assertThat(problems(broken)).singleElement().asString().contains("\"y\" is promised as");
  }

  @Test
  void thoroughChecksInferShapes() {
    Model mismatch =
        graph().input("x", 2, 3).input("w", 4, 5).node("y", "MatMul", "x w").output("y").model();
    assertThat(Verifier.STANDARD.verify(mismatch)).isEmpty();
    assertThat(Verifier.THOROUGH.verify(mismatch)).singleElement().asString().contains("y_node");
  }

  @Test
  void aPipelineStopsAtThePassThatBreaksTheModel() {
    Model model = graph().input("x", 1).node("y", "Relu", "x").output("y").model();
    Pass breaking =
        new Pass() {
          @Override
          public String name() {
            return "break-things";
          }

          @Override
          public PassResult apply(Model given) {
            return PassResult.of(
                given, graph().input("x", 1).node("y", "Conv", "x").output("y").build());
          }
        };
    assertThatThrownBy(() -> Pipeline.of("p", breaking).apply(model))
        .isInstanceOf(NncfException.class)
        .hasMessageContaining("break-things")
        .hasMessageContaining("Conv");
  }

  @Test
  void constantsWithNaNAreFindings() {
    Model model =
        graph()
            .input("x", 2)
            .constant("w", Tensor.ofFloats(new float[] {1, Float.NaN}, 2))
            .constant("i", Tensor.vector(1))
            .node("y", "Add", "x w")
            .output("y")
            .model();
    assertThat(ConstantCheck.findings(model))
        .singleElement()
        .asString()
        .contains("\"w\" holds NaN in 1 of 2 elements [y_node]");
  }
}
