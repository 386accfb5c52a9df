package io.nncf4j.compression.training.trace;

import java.util.List;

/**
 * Code that marks values at a call of the model: NNCF's {@code wrap_inputs_fn} and {@code
 * wrap_outputs_fn}. A value that is handed back as it came is not marked.
 */
@FunctionalInterface
public interface WrapValues {
  /**
   * @param values what the model is called with, or what it gives back, in its order
   * @return as many values, those to be marked through {@link SymbolicValue#asInput} or {@link
   *     SymbolicValue#asOutput}
   */
  List<SymbolicValue> wrap(List<SymbolicValue> values);
}
