package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Branches of old graphs. Where the condition is known, such as whether the net is being trained,
 * the branch that is not taken is dropped; where it is not, both are computed and an If chooses.
 */
final class BranchRules {
  private BranchRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("Switch", BranchRules::part);
    rules.put("RefSwitch", BranchRules::part);
    rules.put("Merge", BranchRules::join);
    rules.put("RefMerge", BranchRules::join);
  }

  private static void part(NodeContext node) {
    Translation translation = node.translation();
    String name = node.node.name();
    Tensor condition = node.knownOrNull(1);
    if (condition != null) {
      int taken = condition.longAt(0) != 0 ? 1 : 0;
      node.result(taken, node.input(0));
      translation.kill(name + ":" + (1 - taken));
      return;
    }
    String reference = node.node.inputs().get(1);
    NodeDefinition decides = translation.flat().node(FlatGraph.nodeOf(reference));
    if (decides != null && decides.operator().equals("LoopCond")) {
      throw new InexpressibleNodeException("it is of a loop without functions");
    }
    ControlFlowRules.truth(translation, node.input(1), name);
    for (int side = 0; side < 2; side++) {
      Map<String, Integer> sides = new HashMap<>(translation.sides(node.node.inputs().get(0)));
      sides.put(source(node, reference), side);
      translation.setSides(name + ":" + side, sides);
      node.result(side, node.input(0));
    }
  }

  /** The condition itself, not one of the names that it was passed on under. */
  private static String source(NodeContext node, String reference) {
    String now = reference;
    NodeDefinition passes = node.translation().flat().node(FlatGraph.nodeOf(now));
    while (passes != null && passes.operator().equals("Identity") && passes.inputs().size() == 1) {
      now = passes.inputs().get(0);
      passes = node.translation().flat().node(FlatGraph.nodeOf(now));
    }
    return now;
  }

  private static void join(NodeContext node) {
    List<Integer> alive = new ArrayList<>();
    for (int index = 0; index < node.inputCount(); index++) {
      if (!node.translation().isDead(node.node.inputs().get(index))) {
        alive.add(index);
      }
    }
    if (alive.size() == 2) {
      choose(node, alive);
      return;
    }
    if (alive.size() != 1) {
      throw new InexpressibleNodeException(alive.size() + " branches reach it");
    }
    node.result(0, node.input(alive.get(0)));
    node.result(1, LaidOut.plain(node.constant(Tensor.ofInts(new int[] {alive.get(0)}))));
  }

  private static void choose(NodeContext node, List<Integer> alive) {
    Translation translation = node.translation();
    LaidOut first = node.input(alive.get(0));
    LaidOut second = node.input(alive.get(1));
    Map<String, Integer> one = translation.sides(node.node.inputs().get(alive.get(0)));
    Map<String, Integer> other = translation.sides(node.node.inputs().get(alive.get(1)));
    String condition = deciding(one, other);
    boolean firstWhenTrue =
        one.containsKey(condition)
            ? one.get(condition) == 1
            : Integer.valueOf(0).equals(other.get(condition));
    String truth = ControlFlowRules.truth(translation, translation.value(condition), condition);
    boolean same = first.layout().equals(second.layout());
    Layout layout = same ? first.layout() : Layout.PLAIN;
    Attributes bodies =
        Attributes.NONE
            .with("then_branch", Attribute.of(hands(node, firstWhenTrue ? first : second, layout)))
            .with("else_branch", Attribute.of(hands(node, firstWhenTrue ? second : first, layout)));
    String chosen =
        translation.graph().emit("If", node.node.name(), bodies, List.of(truth), 1).get(0);
    node.result(0, new LaidOut(chosen, layout));
    String index = node.cast(truth, DataType.INT32);
    int whenFalse = firstWhenTrue ? alive.get(1) : alive.get(0);
    int whenTrue = firstWhenTrue ? alive.get(0) : alive.get(1);
    String scaled =
        node.emit("Mul", index, node.scalar(DataType.INT32, (double) whenTrue - whenFalse));
    String number = node.emit("Add", scaled, node.scalar(DataType.INT32, whenFalse));
    node.result(1, LaidOut.plain(number));
    Map<String, Integer> left = new HashMap<>(one);
    left.putAll(other);
    left.remove(condition);
    translation.setSides(node.node.name(), left);
  }

  /**
   * The condition by which two values exclude each other. A constant of a branch is of no side that
   * data tell: then it is the only condition that the other value has alone.
   */
  private static String deciding(Map<String, Integer> one, Map<String, Integer> other) {
    TreeSet<String> all = new TreeSet<>(one.keySet());
    all.addAll(other.keySet());
    List<String> candidates = new ArrayList<>();
    for (String condition : all) {
      Integer side = one.get(condition);
      Integer otherSide = other.get(condition);
      if (side != null && otherSide != null && !side.equals(otherSide)) {
        return condition;
      }
      if (side == null || otherSide == null) {
        candidates.add(condition);
      }
    }
    if (candidates.size() != 1) {
      throw new InexpressibleNodeException(
          "its condition cannot be told: " + candidates.size() + " could be it");
    }
    return candidates.get(0);
  }

  private static Graph hands(NodeContext node, LaidOut value, Layout layout) {
    Translation outer = node.translation();
    Translation body = outer.in(outer.graph().body(node.node.name() + "/branch"));
    ControlFlowRules.output(body, value, layout);
    return body.graph().build();
  }
}
