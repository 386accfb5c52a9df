package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  private static final String LEARNING_RATE = "learning_rate";

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
  public void setDecaying(boolean isDecaying) {
    groups.forEach(group -> group.optimizer().setDecaying(isDecaying));
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int index = 0; index < groups.size(); index++) {
      String prefix = prefix(index);
      groups
          .get(index)
          .optimizer()
          .state()
          .forEach((name, value) -> state.put(prefix + name, value));
    }
    state.put(LEARNING_RATE, Tensor.ofDoubles(DataType.FLOAT64, new double[] {learningRate}));
    return state;
  }

  @Override
  public void loadState(Map<String, Tensor> state) {
    Map<String, Tensor> unread = new LinkedHashMap<>(state);
    Tensor rate = unread.remove(LEARNING_RATE);
    List<Map<String, Tensor>> parts = new ArrayList<>();
    for (int index = 0; index < groups.size(); index++) {
      String prefix = prefix(index);
      Map<String, Tensor> part = new LinkedHashMap<>();
      state.forEach(
          (name, value) -> {
            if (name.startsWith(prefix)) {
              part.put(name.substring(prefix.length()), value);
            }
          });
      unread.keySet().removeIf(name -> name.startsWith(prefix));
      parts.add(part);
    }
    if (rate == null || !unread.isEmpty()) {
      throw new InputException(
          "The checkpoint is not one of an optimizer with "
              + groups.size()
              + " groups of parameters; what nobody takes: "
              + unread.keySet());
    }
    for (int index = 0; index < groups.size(); index++) {
      groups.get(index).optimizer().loadState(parts.get(index));
    }
    setLearningRate(rate.doubleAt(0));
  }

  private static String prefix(int group) {
    return "group" + group + "/";
  }

  @Override
  public void close() {
    groups.forEach(group -> group.optimizer().close());
  }
}
