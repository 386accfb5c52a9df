package io.nncf4j.core.pattern;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of one node and, through its inputs, of the nodes before it. Immutable; each method
 * returns a pattern with one more condition.
 *
 * <pre>{@code
 * NodePattern normalized =
 *     node("BatchNormalization").as("norm")
 *         .input(0, node("Conv").as("conv").singleUse().input(1, constant("weight")))
 *         .input(1, constant("scale"));
 * MatchResult result = normalized.match(graph, someNode);
 * }</pre>
 */
public final class NodePattern implements ValuePattern {
  /** A condition on the node itself; the reason says what is wrong when it does not hold. */
  record Condition(Predicate<Node> test, Function<Node, String> reason) {}

  /** A pattern for one input. */
  record Input(int index, ValuePattern pattern) {}

  private final Set<OperatorType> operators;
  private final String name;
  private final List<Condition> conditions;
  private final List<Input> inputs;
  private final boolean singleUse;
  private final boolean commutative;
  private final boolean optional;

  private NodePattern(
      Set<OperatorType> operators,
      String name,
      List<Condition> conditions,
      List<Input> inputs,
      boolean singleUse,
      boolean commutative,
      boolean optional) {
    this.operators = operators;
    this.name = name;
    this.conditions = List.copyOf(conditions);
    this.inputs = List.copyOf(inputs);
    this.singleUse = singleUse;
    this.commutative = commutative;
    this.optional = optional;
  }

  /** A node of one of these types of the ONNX domain; of any operator when none is given. */
  public static NodePattern node(String... types) {
    return node(Arrays.stream(types).map(OperatorType::onnx).toList().toArray(new OperatorType[0]));
  }

  public static NodePattern node(OperatorType... operators) {
    return new NodePattern(Set.of(operators), "", List.of(), List.of(), false, false, false);
  }

  /** Binds the node. */
  public NodePattern as(String newName) {
    return new NodePattern(
        operators, newName, conditions, inputs, singleUse, commutative, optional);
  }

  /**
   * @param reason why the node does not match when the test fails
   */
  public NodePattern where(String reason, Predicate<Node> test) {
    List<Condition> more = new ArrayList<>(conditions);
    more.add(new Condition(test, node -> reason));
    return new NodePattern(operators, name, more, inputs, singleUse, commutative, optional);
  }

  /** An integer attribute has this value; {@code absent} is what its absence means. */
  public NodePattern attribute(String attribute, long expected, long absent) {
    List<Condition> more = new ArrayList<>(conditions);
    more.add(
        new Condition(
            node -> node.intAttribute(attribute, absent) == expected,
            node ->
                "its attribute "
                    + attribute
                    + " is "
                    + node.intAttribute(attribute, absent)
                    + ", not "
                    + expected));
    return new NodePattern(operators, name, more, inputs, singleUse, commutative, optional);
  }

  public NodePattern input(int index, ValuePattern pattern) {
    List<Input> more = new ArrayList<>(inputs);
    more.add(new Input(index, pattern));
    return new NodePattern(operators, name, conditions, more, singleUse, commutative, optional);
  }

  /** Patterns for the first inputs, in order. */
  public NodePattern inputs(ValuePattern... patterns) {
    NodePattern result = this;
    for (int index = 0; index < patterns.length; index++) {
      result = result.input(index, patterns[index]);
    }
    return result;
  }

  /** Patterns for the two inputs, in either order; the order given is tried first. */
  public NodePattern commutative(ValuePattern first, ValuePattern second) {
    return new NodePattern(
        operators,
        name,
        conditions,
        List.of(new Input(0, first), new Input(1, second)),
        singleUse,
        true,
        optional);
  }

  /** The node's first output is read at one place and is no output of the graph. */
  public NodePattern singleUse() {
    return new NodePattern(operators, name, conditions, inputs, true, commutative, optional);
  }

  /**
   * As the pattern of an input: the node may be missing, and then its first input's pattern applies
   * to the value itself.
   */
  public NodePattern optional() {
    return new NodePattern(operators, name, conditions, inputs, singleUse, commutative, true);
  }

  /** Matches {@code node} in {@code graph}. */
  public MatchResult match(Graph graph, Node node) {
    return match(graph, graph::constantValue, node);
  }

  /**
   * @param constants the tensor behind a value, null when it is none; for bodies, which see the
   *     constants of the graphs around them
   */
  public MatchResult match(Graph graph, Function<String, @Nullable Tensor> constants, Node node) {
    Matcher matcher = new Matcher(graph, constants);
    MatchResult.Mismatch mismatch = matcher.node(this, node);
    return mismatch != null ? mismatch : matcher.match();
  }

  boolean accepts(OperatorType operator) {
    return operators.isEmpty() || operators.contains(operator);
  }

  String describe() {
    return operators.isEmpty()
        ? "a node"
        : operators.stream()
            .map(OperatorType::toString)
            .sorted()
            .collect(Collectors.joining(" or "));
  }

  String name() {
    return name;
  }

  List<Condition> conditions() {
    return conditions;
  }

  List<Input> inputPatterns() {
    return inputs;
  }

  boolean isSingleUse() {
    return singleUse;
  }

  boolean isCommutative() {
    return commutative;
  }

  boolean isOptional() {
    return optional;
  }
}
