package io.nncf4j.learning;

import io.nncf4j.core.tensor.Tensor;
import java.util.Map;

/** Changes parameters along their gradients, in place. Closing it gives its state's memory back. */
public interface Optimizer extends AutoCloseable {
  /** One update of every parameter that has a gradient, which is left as it is. */
  void step();

  double learningRate();

  /** Sets the rate of the following steps; see {@link LearningRateSchedule}. */
  void setLearningRate(double learningRate);

  /** Whether the following steps have weight decay, as they do at first. */
  void setDecaying(boolean isDecaying);

  /** Everything beside the parameters that the next update depends on; copies. */
  Map<String, Tensor> state();

  /**
   * Goes on from a state that {@link #state} gave.
   *
   * @throws io.nncf4j.core.InputException when it is another optimizer's or for other parameters
   */
  void loadState(Map<String, Tensor> state);

  @Override
  void close();
}
