package io.nncf4j.formats.pytorch.aten;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules of all operators, by name without name space and overload; {@code name.overload} stands
 * above {@code name}. Operators that write into their argument ({@code relu_}) have the rule of
 * those that do not: the reader puts the result in the argument's place.
 */
public final class AtenRules {
  private static final Map<String, AtenRule> RULES = all();

  private AtenRules() {}

  private static Map<String, AtenRule> all() {
    Map<String, AtenRule> rules = new HashMap<>();
    ConvolutionRules.addTo(rules);
    MatrixRules.addTo(rules);
    NormalizationRules.addTo(rules);
    ActivationRules.addTo(rules);
    ArithmeticRules.addTo(rules);
    LogicRules.addTo(rules);
    PoolingRules.addTo(rules);
    ShapeRules.addTo(rules);
    IndexingRules.addTo(rules);
    ReductionRules.addTo(rules);
    CreationRules.addTo(rules);
    AttentionRules.addTo(rules);
    RecurrentRules.addTo(rules);
    QuantizedRules.addTo(rules);
    return rules;
  }

  /** The rule of an operator, or null. */
  public static @Nullable AtenRule find(String name, String overload) {
    AtenRule exact = RULES.get(name + "." + overload);
    if (exact != null) {
      return exact;
    }
    AtenRule plain = RULES.get(name);
    return plain == null && isInPlace(name)
        ? RULES.get(name.substring(0, name.length() - 1))
        : plain;
  }

  /** True for operators that write into their first argument. */
  public static boolean isInPlace(String name) {
    return name.endsWith("_") && !name.endsWith("__");
  }

  /** Every operator that can be read, in alphabetical order. */
  public static SortedSet<String> coverage() {
    return new TreeSet<>(RULES.keySet());
  }
}
