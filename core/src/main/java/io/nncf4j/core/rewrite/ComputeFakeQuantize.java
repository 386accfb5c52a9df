package io.nncf4j.core.rewrite;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;

/**
 * Replaces FakeQuantize by the arithmetic that it stands for, where {@link LowerFakeQuantize} finds
 * no grid with a zero point: ranges that do not hold zero, ranges that are computed, two levels
 * with other values at the output.
 *
 * <pre>
 *   low output                                     where x &lt;= low
 *   high output                                    where x &gt; high
 *   round((x - low) / (high - low) * (levels - 1))
 *       / (levels - 1) * (high output - low output) + low output   elsewhere
 * </pre>
 *
 * <p>This is OpenVINO's definition of FakeQuantize-1. Nothing of it runs on integers; a finding
 * says so.
 */
public record ComputeFakeQuantize() implements Pass {
  @Override
  public PassResult apply(Model model) {
    PassResult computed = Scope.rewrite(model, ComputeFakeQuantize::compute);
    return computed.hasChanged()
        ? PassResult.of(
            model, LowerFakeQuantize.withoutUnusedDomain(computed.model()), computed.findings())
        : computed;
  }

  private static Graph compute(Scope scope) {
    GraphEditor editor = scope.editor();
    boolean changed = false;
    for (Node node : scope.graph().nodes()) {
      if (FakeQuantize.is(node)) {
        DataType type = scope.tensorType(node.input(0)).dataType();
        editor.remove(node.name());
        new Steps(node, type == null ? DataType.FLOAT32 : type, editor).add();
        scope.report(
            Finding.information(
                "fake-quantize-computed",
                "Its range has no zero point on a grid of integers: it is computed in floating"
                    + " point, as exactly and not faster",
                node.name()));
        changed = true;
      }
    }
    return changed ? editor.build() : scope.graph();
  }

  /** The nodes in the place of one. */
  private record Steps(Node node, DataType type, GraphEditor editor) {
    void add() {
      String x = node.input(0);
      String low = node.input(1);
      String high = node.input(2);
      String lowOutput = node.input(3);
      String highOutput = node.input(4);
      String steps =
          editor.addConstant(
              node.output(0) + ".steps",
              Tensor.ofDoubles(type, new double[] {node.intAttribute("levels", 256) - 1}));
      String place = step("Div", step("Sub", x, low), step("Sub", high, low));
      String level = step("Div", step("Round", step("Mul", place, steps)), steps);
      String value = step("Add", step("Mul", level, step("Sub", highOutput, lowOutput)), lowOutput);
      String above = step("Greater", x, step("Max", low, high));
      String upper = step("Where", above, highOutput, value);
      String below = step("LessOrEqual", x, step("Min", low, high));
      add("Where", node.output(0), below, lowOutput, upper);
    }

    private String step(String operator, String... read) {
      String made = editor.freshName(node.output(0) + "." + operator);
      add(operator, made, read);
      return made;
    }

    private void add(String operator, String made, String... read) {
      editor.add(
          Node.onnx(
              editor.freshName(node.name() + "." + operator),
              operator,
              Attributes.NONE,
              List.of(read),
              List.of(made)));
    }
  }
}
