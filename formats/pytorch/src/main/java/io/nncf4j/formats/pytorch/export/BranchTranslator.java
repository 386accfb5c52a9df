package io.nncf4j.formats.pytorch.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.aten.AtenValue;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code torch.cond} as If, or as the branch alone where the condition is known.
 *
 * <p>Its inputs are the condition, a graph for either side, and what both are given.
 */
final class BranchTranslator {
  static final String OPERATOR = "higher_order.cond";

  private static final int DEEPEST = 16;

  private final NodeTranslator outer;
  private final String label;
  private final JsonNode inputs;
  private final List<String> given = new ArrayList<>();

  private BranchTranslator(NodeTranslator outer, String label, JsonNode inputs) {
    this.outer = outer;
    this.label = label;
    this.inputs = inputs;
    if (outer.depth() >= DEEPEST) {
      throw new InputException("Branches stand more than " + DEEPEST + " deep in each other");
    }
    for (JsonNode each : inputs.path(3).path("arg").path("as_tensors")) {
      given.add(outer.tensor(each.path("name").asText("")));
    }
  }

  /**
   * What comes out; nothing where the condition is neither a tensor nor known.
   *
   * @param inputs of the node
   * @param count number of its outputs
   */
  static List<AtenValue> translate(NodeTranslator outer, String label, JsonNode inputs, int count) {
    AtenValue condition = outer.argument(inputs.path(0).path("arg"));
    BranchTranslator branches = new BranchTranslator(outer, label, inputs);
    List<String> made;
    if (condition instanceof AtenValue.Flag known) {
      made = branches.side(known.value() ? 1 : 2, outer.composer());
    } else if (condition instanceof TensorValue) {
      String name = inputs.path(0).path("arg").path("as_tensor").path("name").asText("");
      made = branches.choose(outer.tensor(name), count);
    } else {
      return List.of();
    }
    if (made.size() != count) {
      throw new InputException(
          "A branch of \"" + label + "\" makes " + made.size() + " values of " + count);
    }
    List<AtenValue> results = new ArrayList<>();
    made.forEach(value -> results.add(new TensorValue(value)));
    return results;
  }

  private List<String> choose(String condition, int count) {
    GraphComposer graph = outer.composer();
    Shape shape = graph.type(condition).shape();
    String single =
        shape != null && shape.rank() == 0
            ? condition
            : graph
                .emit(
                    "Reshape",
                    label + "/condition",
                    Attributes.NONE,
                    List.of(condition, graph.constant(label + "/scalar", Tensor.vector())),
                    1)
                .get(0);
    Attributes bodies =
        Attributes.NONE
            .with("then_branch", Attribute.of(body(1)))
            .with("else_branch", Attribute.of(body(2)));
    return graph.emit("If", label, bodies, List.of(single), count);
  }

  private Graph body(int side) {
    GraphComposer body = outer.composer().body(label + (side == 1 ? "/then" : "/else"));
    given.forEach(body::capture);
    for (String value : side(side, body)) {
      body.capture(value);
      body.output(value, body.freshName(value + "/out"));
    }
    return body.build();
  }

  /** The nodes of one side, put into a graph. */
  private List<String> side(int input, GraphComposer target) {
    JsonNode graph = inputs.path(input).path("arg").path("as_graph").path("graph");
    NodeTranslator inner = new NodeTranslator(graph, target, outer.depth() + 1);
    if (graph.path("inputs").size() != given.size()) {
      throw new InputException(
          "A branch of \""
              + label
              + "\" takes "
              + graph.path("inputs").size()
              + " values and is given "
              + given.size());
    }
    for (int index = 0; index < given.size(); index++) {
      String name = graph.path("inputs").path(index).path("as_tensor").path("name").asText("");
      inner.define(name, new TensorValue(given.get(index)));
    }
    inner.translate();
    List<String> made = new ArrayList<>();
    for (JsonNode output : graph.path("outputs")) {
      made.add(inner.tensor(output.path("as_tensor").path("name").asText("")));
    }
    return made;
  }
}
