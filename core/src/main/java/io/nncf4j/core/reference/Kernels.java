package io.nncf4j.core.reference;

import io.nncf4j.core.graph.OperatorType;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All kernels by operator, collected from the families. */
final class Kernels {
  private static final Map<String, Kernel> ALL = collect();

  private Kernels() {}

  private static Map<String, Kernel> collect() {
    Map<String, Kernel> all = new TreeMap<>();
    all.putAll(ShapeKernels.all());
    all.putAll(MovementKernels.all());
    all.putAll(IndexKernels.all());
    all.putAll(ScatterKernels.all());
    all.putAll(UnaryKernels.all());
    all.putAll(BinaryKernels.all());
    all.putAll(LogicKernels.all());
    all.putAll(CastKernels.all());
    all.putAll(QuantizeKernels.all());
    all.putAll(ReduceKernels.all());
    all.putAll(SortKernels.all());
    all.putAll(MatrixKernels.all());
    all.putAll(ConvolutionKernels.all());
    all.putAll(PoolKernels.all());
    all.putAll(NormalizationKernels.all());
    all.putAll(ControlKernels.all());
    return all;
  }

  static @Nullable Kernel find(OperatorType operator) {
    return ALL.get(operator.toString());
  }

  static Set<String> names() {
    return Collections.unmodifiableSet(ALL.keySet());
  }
}
