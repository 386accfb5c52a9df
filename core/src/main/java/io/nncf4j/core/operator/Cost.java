package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic of one node. A multiplication and an addition count as two operations. */
@FunctionalInterface
public interface Cost {
  /** No arithmetic worth counting. */
  Cost NONE = (node, inputs, outputs) -> 0;

  /**
   * Floating-point operations of one run, or -1 when the shapes needed are not known.
   *
   * @param inputs shapes of the inputs by position, null where absent or not known
   * @param outputs shapes of the outputs likewise
   */
  long flops(Node node, List<@Nullable Shape> inputs, List<@Nullable Shape> outputs);
}
