package io.nncf4j.engines.libtorch;

import java.util.function.Function;

/** Is told of each forward pass of a session. */
@FunctionalInterface
public interface ForwardObserver {
  /**
   * A forward pass has run.
   *
   * @param outputs its results, which stay the caller's
   * @param again runs another session with the same inputs on them, which must have them too
   */
  void afterForward(Outputs outputs, Function<TrainingSession, Outputs> again);
}
