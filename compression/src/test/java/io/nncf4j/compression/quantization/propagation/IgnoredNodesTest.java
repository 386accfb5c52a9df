package io.nncf4j.compression.quantization.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.Subgraph;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

class IgnoredNodesTest {
  private final Graph graph =
      new GraphSketch()
          .input("x", 1, 4)
          .node("head/a", "Relu", "x")
          .node("head/b", "Abs", "head/a")
          .node("side", "Neg", "head/a")
          .node("join", "Add", "head/b", "side")
          .node("tail", "Relu", "join")
          .model("tail")
          .graph();

  private static IgnoredScope subgraph(String from, String to) {
    return new IgnoredScope(
        List.of(), List.of(), List.of(), List.of(new Subgraph(List.of(from), List.of(to))), true);
  }

  private List<String> found(IgnoredScope scope) {
    return IgnoredNodes.find(graph, scope).stream().map(Node::name).toList();
  }

  @Test
  void namesTypesAndPatternsFromTheStart() {
    assertThat(found(IgnoredScope.ofNames("tail", "head/a"))).containsExactly("head/a", "tail");
    assertThat(found(IgnoredScope.ofTypes("Relu"))).containsExactly("head/a", "tail");
    assertThat(found(IgnoredScope.ofPatterns("head/."))).containsExactly("head/a", "head/b");
    assertThat(found(IgnoredScope.ofPatterns("ea").withValidate(false))).isEmpty();
  }

  @Test
  void subgraphsAreAllPathsBetweenTheirEnds() {
    assertThat(found(subgraph("head/a", "join")))
        .containsExactly("head/a", "head/b", "side", "join");
    assertThat(found(subgraph("head/b", "join"))).containsExactly("head/b", "join");
  }

  @Test
  void allRulesThatMatchNothingAreListed() {
    IgnoredScope scope =
        new IgnoredScope(
            List.of("no1", "tail"),
            List.of("no2.*"),
            List.of("Conv"),
            List.of(new Subgraph(List.of("tail"), List.of("head/a"))),
            true);
    assertThatThrownBy(() -> found(scope))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"no1\"")
        .hasMessageContaining("\"no2.*\"")
        .hasMessageContaining("type Conv")
        .hasMessageContaining("no path from [tail] to [head/a]")
        .hasMessageNotContaining("\"tail\"");
    assertThat(found(scope.withValidate(false))).containsExactly("tail");
  }

  @Test
  void patternsEndInTime() {
    Graph longNames =
        new GraphSketch().input("x", 1).node("a".repeat(50_000), "Relu", "x").model("x").graph();
    for (String pattern : List.of("(a+)+b", "(a|b)*c", "(.*a){20}b")) {
      assertThatThrownBy(() -> IgnoredNodes.find(longNames, IgnoredScope.ofPatterns(pattern)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("takes too long");
    }
    assertThatThrownBy(() -> found(IgnoredScope.ofPatterns("(")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no regular expression");
  }
}
