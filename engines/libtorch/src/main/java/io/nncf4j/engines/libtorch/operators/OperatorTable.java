package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.OperatorType;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The operators that this engine runs, by type. */
public final class OperatorTable {
  private final Map<OperatorType, OperatorCompiler> compilers = new HashMap<>();

  private OperatorTable() {}

  /** All families. */
  public static OperatorTable standard() {
    OperatorTable table = new OperatorTable();
    ElementwiseOperators.addTo(table);
    ActivationOperators.addTo(table);
    ConvolutionOperators.addTo(table);
    PoolingOperators.addTo(table);
    NormalizationOperators.addTo(table);
    MatrixOperators.addTo(table);
    ReductionOperators.addTo(table);
    ShapeOperators.addTo(table);
    IndexingOperators.addTo(table);
    ResizeOperators.addTo(table);
    QuantizationOperators.addTo(table);
    DetectionOperators.addTo(table);
    ControlFlowOperators.addTo(table);
    AttentionOperators.addTo(table);
    RecurrentOperators.addTo(table);
    return table;
  }

  void add(String name, OperatorCompiler compiler) {
    compilers.put(OperatorType.onnx(name), compiler);
  }

  void add(String domain, String name, OperatorCompiler compiler) {
    compilers.put(new OperatorType(domain, name), compiler);
  }

  public @Nullable OperatorCompiler find(OperatorType operator) {
    return compilers.get(operator);
  }

  /** Names of all operators in alphabetical order. */
  public Iterable<String> names() {
    TreeSet<String> names = new TreeSet<>();
    compilers.keySet().forEach(operator -> names.add(operator.toString()));
    return Collections.unmodifiableSet(names);
  }
}
