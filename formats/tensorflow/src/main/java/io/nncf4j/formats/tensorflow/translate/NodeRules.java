package io.nncf4j.formats.tensorflow.translate;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The rules of all operators, by type. */
public final class NodeRules {
  private NodeRules() {}

  static Map<String, NodeRule> all() {
    Map<String, NodeRule> rules = new HashMap<>();
    ConvolutionRules.addTo(rules);
    PictureRules.addTo(rules);
    NormalizationRules.addTo(rules);
    UnaryRules.addTo(rules);
    BinaryRules.addTo(rules);
    MatrixRules.addTo(rules);
    ReductionRules.addTo(rules);
    ShapeRules.addTo(rules);
    JoinRules.addTo(rules);
    IndexingRules.addTo(rules);
    QuantizationRules.addTo(rules);
    BranchRules.addTo(rules);
    BlockRules.addTo(rules);
    ControlFlowRules.addTo(rules);
    ArrayRules.addTo(rules);
    CropRules.addTo(rules);
    return rules;
  }

  /** Every operator that can be read, in alphabetical order. */
  public static SortedSet<String> coverage() {
    SortedSet<String> names = new TreeSet<>(all().keySet());
    names.addAll(
        java.util.List.of(
            "Const",
            "Placeholder",
            "VarHandleOp",
            "VariableV2",
            "Variable",
            "Enter",
            "Exit",
            "LoopCond",
            "NextIteration",
            "PartitionedCall",
            "StatefulPartitionedCall"));
    return names;
  }
}
