package io.nncf4j.core.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.Graphs;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComputeFakeQuantizeTest {
  private static Model model(int levels, float... ranges) {
    GraphEditor editor = Graphs.graph("one").input("x", 6).editor();
    String[] names = {"il", "ih", "ol", "oh"};
    for (int index = 0; index < names.length; index++) {
      editor.constant(names[index], Tensor.scalar(ranges[index]));
    }
    editor.add(
        new Node(
            "fq",
            FakeQuantize.OPERATOR,
            Graphs.with("levels", levels),
            List.of("x", "il", "ih", "ol", "oh"),
            List.of("y")));
    editor.output(new Value("y", null));
    return Model.of(editor.build())
        .withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
  }

  private static double[] run(Model model) {
    Tensor input = Tensor.ofFloats(new float[] {-9, 0.3f, 1.2f, 1.6f, 2.5f, 9}, 6);
    return new Interpreter().run(model.graph(), Map.of("x", input)).get(0).toDoubles();
  }

  @Test
  void givesWhatTheDefinitionSays() {
    PassResult result = new ComputeFakeQuantize().apply(model(5, 1, 3, 10, 30));
    assertThat(result.model().opsets()).containsOnlyKeys("");
    assertThat(result.findings()).singleElement().matches(f -> f.nodes().contains("fq"));
    assertThat(run(result.model())).containsExactly(10, 10, 10, 15, 25, 30);
  }

  @Test
  void oneNumberForBothEndsParts() {
    Model parted = new ComputeFakeQuantize().apply(model(2, 1.2f, 1.2f, -1, 1)).model();
    assertThat(run(parted)).containsExactly(-1, -1, -1, 1, 1, 1);
  }

  @Test
  void doesNotFireWithoutFakeQuantizeAndIsIdempotent() {
    Model plain = Graphs.graph().input("x", 1).node("y", "Relu", "x").output("y").model();
    assertThat(new ComputeFakeQuantize().apply(plain).model()).isSameAs(plain);
    Model once = new ComputeFakeQuantize().apply(model(5, 1, 3, 10, 30)).model();
    assertThat(new ComputeFakeQuantize().apply(once).model()).isSameAs(once);
  }
}
