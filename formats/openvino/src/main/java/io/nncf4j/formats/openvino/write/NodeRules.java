package io.nncf4j.formats.openvino.write;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The rules of all types of nodes, by operator. */
public final class NodeRules {
  private NodeRules() {}

  static Map<String, NodeRule> all() {
    Map<String, NodeRule> rules = new HashMap<>();
    ArithmeticNodes.addTo(rules);
    ActivationNodes.addTo(rules);
    WindowNodes.addTo(rules);
    MatrixNodes.addTo(rules);
    ReductionNodes.addTo(rules);
    ShapeNodes.addTo(rules);
    IndexingNodes.addTo(rules);
    NormalizationNodes.addTo(rules);
    QuantizationNodes.addTo(rules);
    ControlFlowNodes.addTo(rules);
    RecurrentNodes.addTo(rules);
    return rules;
  }

  /** Every operator that can be written, in alphabetical order. */
  public static SortedSet<String> coverage() {
    return new TreeSet<>(all().keySet());
  }
}
