package io.nncf4j.formats.openvino.read;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of all types of layers, by type; those that belong to the versions before operator sets
 * alone stand under {@code legacy/Type}.
 */
public final class LayerRules {
  static final String LEGACY = "legacy/";

  private LayerRules() {}

  static Map<String, LayerRule> all() {
    Map<String, LayerRule> rules = new HashMap<>();
    GraphRules.addTo(rules);
    ElementwiseRules.addTo(rules);
    ActivationRules.addTo(rules);
    ConvolutionRules.addTo(rules);
    PoolingRules.addTo(rules);
    ReductionRules.addTo(rules);
    ShapeRules.addTo(rules);
    IndexingRules.addTo(rules);
    NormalizationRules.addTo(rules);
    PriorBoxRules.addTo(rules);
    DetectionRules.addTo(rules);
    ControlFlowRules.addTo(rules);
    RecurrentRules.addTo(rules);
    LegacyRules.addTo(rules);
    return rules;
  }

  static @Nullable LayerRule find(Map<String, LayerRule> rules, String type, boolean legacy) {
    LayerRule old = legacy ? rules.get(LEGACY + type) : null;
    return old != null ? old : rules.get(type);
  }

  /** Every type of layer that can be read, in alphabetical order, with the file versions. */
  public static SortedMap<String, String> coverage() {
    SortedMap<String, String> types = new TreeMap<>();
    Map<String, LayerRule> rules = all();
    for (String key : rules.keySet()) {
      String type = key.startsWith(LEGACY) ? key.substring(LEGACY.length()) : key;
      types.put(type, rules.containsKey(type) ? "all" : "3 to 7");
    }
    types.put("Const", "all");
    return types;
  }
}
