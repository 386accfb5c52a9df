package io.nncf4j.core.pass;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.AttributeSchema;
import io.nncf4j.core.operator.OperatorSchema;
import io.nncf4j.core.operator.OperatorSchemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every operator domain used has a version; nodes have the inputs, outputs and attributes that
 * their schemas ask for; recorded types fit the constants and outputs they belong to; no body hides
 * a name of the graphs around it.
 *
 * <p>It looks at each node and value once and at no weight, so that it can run after every pass.
 * Operators without a schema are opaque and pass. Shapes are inferred anew by {@link
 * ShapeVerifier}, which costs more.
 */
final class StandardVerifier implements Verifier {
  @Override
  public List<String> verify(Model model) {
    List<String> problems = new ArrayList<>();
    verify(model, model.graph(), Set.of(), problems);
    return problems;
  }

  private static void verify(
      Model model, Graph graph, Set<String> outerNames, List<String> problems) {
    for (Node node : graph.nodes()) {
      String domain = node.operator().domain();
      if (!model.opsets().containsKey(domain)) {
        problems.add(describe(node) + ": the model names no version of the domain " + domain);
      }
      // Schemas describe the canonical version; older operators have other forms.
      OperatorSchema schema = OperatorSchemas.standard().find(node.operator());
      if (schema != null && (!domain.isEmpty() || model.opset() >= Model.CANONICAL_OPSET)) {
        verifyArity(node, schema, problems);
        verifyAttributes(node, schema, problems);
      }
    }
    verifyOutputs(graph, problems);
    verifyBodies(model, graph, outerNames, problems);
  }

  private static void verifyArity(Node node, OperatorSchema schema, List<String> problems) {
    count(node, "inputs", node.inputs().size(), schema.minimumInputs(), schema.maximumInputs())
        .ifPresent(problems::add);
    count(node, "outputs", node.outputs().size(), schema.minimumOutputs(), schema.maximumOutputs())
        .ifPresent(problems::add);
    for (int index = 0; index < node.inputs().size(); index++) {
      io.nncf4j.core.operator.Parameter parameter = schema.input(index);
      if (parameter != null && parameter.isRequired() && !node.hasInput(index)) {
        problems.add(describe(node) + ": input " + index + " must not be absent");
      }
    }
  }

  private static java.util.Optional<String> count(
      Node node, String what, int found, int minimum, int maximum) {
    if (found >= minimum && found <= maximum) {
      return java.util.Optional.empty();
    }
    String expected =
        maximum == OperatorSchema.UNLIMITED
            ? minimum + " or more"
            : minimum == maximum ? "" + minimum : minimum + " to " + maximum;
    return java.util.Optional.of(
        describe(node) + ": it takes " + expected + " " + what + ", found " + found);
  }

  private static void verifyAttributes(Node node, OperatorSchema schema, List<String> problems) {
    for (AttributeSchema known : schema.attributes()) {
      Attribute found = node.attributes().get(known.name());
      if (found == null && known.required()) {
        problems.add(describe(node) + ": it lacks the attribute " + known.name());
      } else if (found != null && !known.kind().isInstance(found)) {
        problems.add(
            describe(node)
                + ": attribute "
                + known.name()
                + " should be "
                + kind(known.kind())
                + ", found "
                + kind(found.getClass()));
      }
    }
  }

  private static String kind(Class<?> kind) {
    return kind.getSimpleName().replace("Attribute", "").toLowerCase(java.util.Locale.ROOT);
  }

  /** An output of the graph has the element type and rank that are recorded for its value. */
  private static void verifyOutputs(Graph graph, List<String> problems) {
    for (Value output : graph.outputs()) {
      TensorType promised = output.tensorType();
      TensorType found =
          graph.constant(output.name()) != null || graph.isInput(output.name())
              ? graph.tensorType(output.name())
              : recorded(graph.types(), output.name());
      boolean otherType =
          promised.dataType() != null
              && found.dataType() != null
              && promised.dataType() != found.dataType();
      boolean otherRank =
          promised.shape() != null
              && found.shape() != null
              && promised.shape().rank() != found.shape().rank();
      if (otherType || otherRank) {
        problems.add(
            "output \"" + output.name() + "\" is promised as " + promised + ", found " + found);
      }
    }
  }

  private static TensorType recorded(
      Map<String, io.nncf4j.core.graph.ValueType> types, String value) {
    return types.get(value) instanceof TensorType type ? type : TensorType.UNKNOWN;
  }

  private static void verifyBodies(
      Model model, Graph graph, Set<String> outerNames, List<String> problems) {
    Set<String> visible = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.attributes().graphs().isEmpty()) {
        continue;
      }
      if (visible.isEmpty()) {
        visible.addAll(outerNames);
        graph.inputs().forEach(input -> visible.add(input.name()));
        visible.addAll(graph.constants().keySet());
        graph.nodes().forEach(each -> visible.addAll(each.outputs()));
        visible.remove("");
      }
      for (Graph body : node.attributes().graphs()) {
        definedNames(body)
            .filter(visible::contains)
            .forEach(
                name ->
                    problems.add(
                        describe(node)
                            + ": its body \""
                            + body.name()
                            + "\" defines \""
                            + name
                            + "\", which a graph around it defines too"));
        verify(model, body, visible, problems);
      }
    }
  }

  private static java.util.stream.Stream<String> definedNames(Graph body) {
    return java.util.stream.Stream.concat(
        body.constants().keySet().stream(),
        body.nodes().stream().flatMap(node -> node.outputs().stream()));
  }

  private static String describe(Node node) {
    return "node \"" + node.name() + "\" (" + node.operator() + ")";
  }
}
