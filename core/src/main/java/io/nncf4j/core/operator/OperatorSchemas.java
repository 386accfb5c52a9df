package io.nncf4j.core.operator;

import io.nncf4j.core.graph.OperatorType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All operators that are known, by type. */
public final class OperatorSchemas {
  private static final OperatorSchemas STANDARD = new OperatorSchemas(List.of());

  private final Map<String, OperatorSchema> byName = new TreeMap<>();

  private OperatorSchemas(List<List<OperatorSchema>> families) {
    families.forEach(
        family -> family.forEach(schema -> byName.put(schema.operator().toString(), schema)));
  }

  public static OperatorSchemas standard() {
    return STANDARD;
  }

  /** The schema, or null for an operator that is passed through without being understood. */
  public @Nullable OperatorSchema find(OperatorType operator) {
    return byName.get(operator.toString());
  }

  /** All schemas in alphabetical order. */
  public Collection<OperatorSchema> all() {
    return byName.values();
  }
}
