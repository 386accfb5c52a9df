package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import java.util.List;

/**
 * Several optimizers as one, each for parameters of its own: parameter groups. A group's learning
 * rate is a fixed multiple of the rate that is set for all.
 */
public final class ParameterGroups implements Optimizer {
  /**
   * One group.
   *
   * @param optimizer for the group's parameters; its own learning rate is replaced
   * @param rateFactor multiple of the common learning rate
   */
  public record Group(Optimizer optimizer, double rateFactor) {}

  private final List<Group> groups;
  private double learningRate;

  public ParameterGroups(double learningRate, List<Group> groups) {
    if (groups.isEmpty()) {
      throw new InputException("An optimizer needs at least one group of parameters");
    }
    this.groups = List.copyOf(groups);
    setLearningRate(learningRate);
  }

  @Override
  public void step() {
    groups.forEach(group -> group.optimizer().step());
  }

  @Override
  public double learningRate() {
    return learningRate;
  }

  @Override
  public void setLearningRate(double newLearningRate) {
    groups.forEach(
        group -> group.optimizer().setLearningRate(newLearningRate * group.rateFactor()));
    learningRate = newLearningRate;
  }

  @Override
  public void close() {
    groups.forEach(group -> group.optimizer().close());
  }
}
