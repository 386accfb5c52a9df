package io.nncf4j.engines.libtorch.operators;

import org.bytedeco.pytorch.Tensor;

/** A compiled body of If, Loop or Scan. It reads the values around it by itself. */
public interface Body {
  /** Number of formal inputs. */
  int inputCount();

  /** Number of outputs. */
  int outputCount();

  /**
   * Runs the body once.
   *
   * @param inputs one for each formal input; they stay the caller's
   * @return one handle for each output, the caller's to close
   */
  Tensor[] run(Tensor... inputs);
}
