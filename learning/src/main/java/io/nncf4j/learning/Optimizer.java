package io.nncf4j.learning;

/** Changes parameters along their gradients, in place. Closing it gives its state's memory back. */
public interface Optimizer extends AutoCloseable {
  /** One update of every parameter that has a gradient, which is left as it is. */
  void step();

  double learningRate();

  /** Sets the rate of the following steps; see {@link LearningRateSchedule}. */
  void setLearningRate(double learningRate);

  @Override
  void close();
}
