package io.nncf4j.core.operator;

import io.nncf4j.core.graph.OperatorType;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All operators that are known, by type. */
public final class OperatorSchemas {
  private static final OperatorSchemas STANDARD =
      new OperatorSchemas(
          List.of(
              ActivationOperators.schemas(),
              AttentionOperators.schemas(),
              ControlFlowOperators.schemas(),
              ConvolutionOperators.schemas(),
              DetectionOperators.schemas(),
              ElementwiseOperators.schemas(),
              ImageOperators.schemas(),
              IndexingOperators.schemas(),
              MatrixOperators.schemas(),
              NormalizationOperators.schemas(),
              PoolingOperators.schemas(),
              QuantizationOperators.schemas(),
              RandomOperators.schemas(),
              RecurrentOperators.schemas(),
              ReductionOperators.schemas(),
              SequenceOperators.schemas(),
              ShapeOperators.schemas(),
              SignalOperators.schemas(),
              TextOperators.schemas()));

  private final Map<String, OperatorSchema> byName = new TreeMap<>();

  private OperatorSchemas(List<List<OperatorSchema>> families) {
    for (List<OperatorSchema> family : families) {
      for (OperatorSchema schema : family) {
        if (byName.put(schema.operator().toString(), schema) != null) {
          throw new IllegalStateException("Two schemas of " + schema.operator());
        }
      }
    }
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
    return Collections.unmodifiableCollection(byName.values());
  }
}
