package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.tensor.Tensor;
import java.util.Map;

/**
 * Branches of old graphs whose condition is known, such as whether the net is being trained: the
 * branch that is not taken is dropped.
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
    Tensor condition = node.knownOrNull(1);
    if (condition == null) {
      throw new InexpressibleNodeException("its condition is known only at run time");
    }
    int taken = condition.longAt(0) != 0 ? 1 : 0;
    node.result(taken, node.input(0));
    node.translation().kill(node.node.name() + ":" + (1 - taken));
  }

  private static void join(NodeContext node) {
    int alive = -1;
    for (int index = 0; index < node.inputCount(); index++) {
      if (!node.translation().isDead(node.node.inputs().get(index))) {
        if (alive >= 0) {
          throw new InexpressibleNodeException("more than one branch reaches it");
        }
        alive = index;
      }
    }
    if (alive < 0) {
      throw new InexpressibleNodeException("no branch reaches it");
    }
    node.result(0, node.input(alive));
    node.result(1, LaidOut.plain(node.constant(Tensor.ofInts(new int[] {alive}))));
  }
}
