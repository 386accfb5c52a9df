package io.nncf4j.core.pattern;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static io.nncf4j.core.pattern.NodePattern.node;
import static io.nncf4j.core.pattern.ValuePattern.any;
import static io.nncf4j.core.pattern.ValuePattern.constant;
import static io.nncf4j.core.pattern.ValuePattern.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class NodePatternTest {
  /** x * Sigmoid(x), the order of the factors as a user may have written it. */
  private static final NodePattern SWISH =
      node("Mul").commutative(any("x"), node("Sigmoid").as("gate").singleUse().inputs(any("x")));

  private static Graph swish(String factors, String gateInput) {
    return graph()
        .input("x", 2)
        .input("other", 2)
        .node("s", "Sigmoid", gateInput)
        .node("y", "Mul", factors)
        .output("y")
        .build();
  }

  private static MatchResult match(NodePattern pattern, Graph graph) {
    return pattern.match(graph, graph.node("y_node"));
  }

  @Test
  void matchesEitherOrderAndBindsNodesAndValues() {
    for (String factors : new String[] {"x s", "s x"}) {
      MatchResult result = match(SWISH, swish(factors, "x"));
      assertThat(result.isMatch()).as(factors).isTrue();
      MatchResult.Match match = (MatchResult.Match) result;
      assertThat(match.node("gate").name()).isEqualTo("s_node");
      assertThat(match.value("x")).isEqualTo("x");
    }
  }

  @Test
  void theSameNameAsksForTheSameValue() {
    MatchResult result = match(SWISH, swish("x s", "other"));
    assertThat(result).isInstanceOf(MatchResult.Mismatch.class);
    assertThat(result.toString()).contains("\"other\", not \"x\"");
  }

  @Test
  void saysWhichNodeAndWhy() {
    NodePattern pattern = node("Relu").input(0, node("Conv").singleUse().attribute("group", 1, 1));
    Graph shared =
        graph()
            .input("x", 1, 1, 4, 4)
            .input("w", 1, 1, 1, 1)
            .node("c", "Conv", "x w")
            .node("y", "Relu", "c")
            .node("z", "Neg", "c")
            .output("y")
            .output("z")
            .build();
    assertThat(match(pattern, shared))
        .isEqualTo(new MatchResult.Mismatch("c_node", "its result is read at 2 places"));
    Graph grouped =
        graph()
            .input("x", 1, 2, 4, 4)
            .input("w", 2, 1, 1, 1)
            .node("c", "Conv", "x w", with("group", 2L))
            .node("y", "Relu", "c")
            .output("y")
            .build();
    assertThat(match(pattern, grouped))
        .isEqualTo(new MatchResult.Mismatch("c_node", "its attribute group is 2, not 1"));
    Graph other = graph().input("x", 2).node("y", "Relu", "x").output("y").build();
    assertThat(match(pattern, other).toString())
        .contains("y_node")
        .contains("\"x\") is not computed by Conv");
    assertThat(match(node("Conv"), other).toString()).contains("it is Relu, not Conv");
  }

  @Test
  void constantsAreBoundAndTested() {
    Graph graph =
        graph()
            .input("x", 2)
            .constant("two", Tensor.scalar(2f))
            .node("y", "Pow", "x two")
            .output("y")
            .build();
    MatchResult result = match(node("Pow").inputs(any("x"), scalar("exponent")), graph);
    assertThat(((MatchResult.Match) result).constant("exponent").floatAt(0)).isEqualTo(2);
    assertThat(
            match(
                    node("Pow").inputs(any("x"), constant("e", "a cube", t -> t.floatAt(0) == 3)),
                    graph)
                .toString())
        .contains("is not a cube");
  }

  @Test
  void optionalNodesMayBeMissing() {
    NodePattern pattern =
        node("Relu")
            .input(
                0,
                node("Add")
                    .as("bias")
                    .optional()
                    .inputs(node("MatMul").as("product"), constant("b")));
    Graph with =
        graph()
            .input("x", 2, 2)
            .constant("b", Tensor.scalar(1f))
            .node("m", "MatMul", "x x")
            .node("a", "Add", "m b")
            .node("y", "Relu", "a")
            .output("y")
            .build();
    Graph without =
        graph()
            .input("x", 2, 2)
            .node("m", "MatMul", "x x")
            .node("y", "Relu", "m")
            .output("y")
            .build();
    MatchResult.Match first = (MatchResult.Match) match(pattern, with);
    MatchResult.Match second = (MatchResult.Match) match(pattern, without);
    assertThat(first.nodes()).containsKeys("bias", "product");
    assertThat(second.nodes()).containsOnlyKeys("product");
  }

  @Test
  void aNodePatternWithoutTypesAcceptsAnyOperator() {
    Graph graph = graph().input("x", 1).node("y", "Whatever", "x").output("y").build();
    assertThat(
            match(node(new String[0]).where("it has no input", found -> found.hasInput(0)), graph)
                .isMatch())
        .isTrue();
  }
}
