package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Branches and loops whose bodies are functions: If and Loop, or nothing where all is known. */
final class ControlFlowRules {
  private ControlFlowRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    for (String prefix : List.of("", "Stateless")) {
      rules.put(prefix + "If", ControlFlowRules::branch);
      rules.put(prefix + "While", LoopTranslation::translate);
    }
  }

  static String function(NodeContext node, String attribute) {
    AttributeValue value = node.node.attribute(attribute);
    if (value == null || value.function().isEmpty()) {
      throw new InexpressibleNodeException("it names no function \"" + attribute + "\"");
    }
    return value.function();
  }

  /** All inputs from {@code first} on. */
  static List<LaidOut> inputs(NodeContext node, int first) {
    List<LaidOut> inputs = new ArrayList<>();
    for (int index = first; index < node.inputCount(); index++) {
      inputs.add(node.input(index));
    }
    return inputs;
  }

  /** A truth value: numbers are true unless they are 0. */
  static String truth(Translation translation, LaidOut condition, String wish) {
    String value = translation.plain(condition);
    if (translation.rank(value) != 0) {
      throw new InexpressibleNodeException("its condition is no single value");
    }
    if (translation.graph().type(value).dataType() == DataType.BOOL) {
      return value;
    }
    Attributes toTruth = Attributes.NONE.with("to", (long) DataType.BOOL.onnxNumber());
    return translation.emit("Cast", wish, toTruth, value);
  }

  private static void branch(NodeContext node) {
    String whenTrue = function(node, "then_branch");
    String whenFalse = function(node, "else_branch");
    List<LaidOut> arguments = inputs(node, 1);
    Translation translation = node.translation();
    Tensor known = node.knownOrNull(0);
    if (known != null && known.size() == 1) {
      String taken = known.doubleAt(0) != 0 ? whenTrue : whenFalse;
      define(node, translation.call(taken, translation.graph(), arguments));
      return;
    }
    String condition = truth(translation, node.input(0), node.node.name());
    GraphComposer first = translation.graph().body(node.node.name() + "/then");
    GraphComposer second = translation.graph().body(node.node.name() + "/else");
    List<LaidOut> one = translation.call(whenTrue, first, arguments);
    List<LaidOut> other = translation.call(whenFalse, second, arguments);
    if (one.size() != other.size() || one.isEmpty()) {
      throw new InexpressibleNodeException(
          "its branches make " + one.size() + " and " + other.size() + " values");
    }
    List<Layout> layouts = new ArrayList<>();
    for (int index = 0; index < one.size(); index++) {
      boolean same = one.get(index).layout().equals(other.get(index).layout());
      layouts.add(same ? one.get(index).layout() : Layout.PLAIN);
    }
    Attributes bodies =
        Attributes.NONE
            .with("then_branch", Attribute.of(body(translation.in(first), one, layouts)))
            .with("else_branch", Attribute.of(body(translation.in(second), other, layouts)));
    List<String> made =
        translation
            .graph()
            .emit("If", node.node.name(), bodies, List.of(condition), layouts.size());
    for (int index = 0; index < made.size(); index++) {
      node.result(index, new LaidOut(made.get(index), layouts.get(index)));
    }
  }

  private static void define(NodeContext node, List<LaidOut> results) {
    for (int index = 0; index < results.size(); index++) {
      node.result(index, results.get(index));
    }
  }

  private static Graph body(Translation body, List<LaidOut> results, List<Layout> layouts) {
    for (int index = 0; index < results.size(); index++) {
      output(body, results.get(index), layouts.get(index));
    }
    return body.graph().build();
  }

  /** Makes a value, in a layout that is its own or plain, an output of a body. */
  static void output(Translation body, LaidOut result, Layout layout) {
    body.graph().capture(result.value());
    String value = result.layout().equals(layout) ? result.value() : body.plain(result);
    body.graph().output(value, body.graph().freshName(value + "/out"));
  }
}
