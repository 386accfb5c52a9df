package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How nodes of one operator change when opset {@code version} is reached.
 *
 * @param type operator of the standard domain
 * @param version the opset that brought the new form
 */
record RaiseRule(String type, int version, Rewrite rewrite) {
  /** The rewrite of one node. */
  @FunctionalInterface
  interface Rewrite {
    /**
     * The node in its new form, with the same name and, unless it was passed on through another
     * node, the same outputs; the very node given when nothing is to be done.
     */
    Node apply(Node node, Raising raising);
  }

  private static final Map<String, List<RaiseRule>> BY_TYPE =
      Stream.of(
              BroadcastRules.rules(),
              ShapeRules.rules(),
              ReductionRules.rules(),
              NormalizationRules.rules(),
              ResizeRules.rules(),
              OtherRules.rules())
          .flatMap(List::stream)
          .sorted(Comparator.comparingInt(RaiseRule::version))
          .collect(Collectors.groupingBy(RaiseRule::type));

  /** Rules of an operator by ascending version. */
  static List<RaiseRule> of(String type) {
    return BY_TYPE.getOrDefault(type, List.of());
  }

  /** The same rewrite for several operators. */
  static List<RaiseRule> forAll(int version, Rewrite rewrite, String... types) {
    List<RaiseRule> rules = new ArrayList<>();
    for (String type : types) {
      rules.add(new RaiseRule(type, version, rewrite));
    }
    return rules;
  }
}
