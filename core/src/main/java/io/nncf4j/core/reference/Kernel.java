package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.Tensor;
import java.util.List;

/** Computes the outputs of one operator. */
@FunctionalInterface
interface Kernel {
  /** One tensor for each output by position; outputs at the end that nobody asked for may lack. */
  List<Tensor> run(Call call);

  /** A kernel with one output. */
  @FunctionalInterface
  interface Single {
    Tensor run(Call call);
  }

  static Kernel of(Single single) {
    return call -> List.of(single.run(call));
  }
}
