package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** What optimizers have in common: the walk over the parameters, without recording gradients. */
abstract class ParameterOptimizer implements Optimizer {
  private static final String LEARNING_RATE = "learning_rate";

  private final List<Tensor> parameters;
  private double learningRate;
  private boolean isDecaying = true;

  ParameterOptimizer(List<Tensor> parameters, double learningRate) {
    this.parameters = List.copyOf(parameters);
    setLearningRate(learningRate);
  }

  final int count() {
    return parameters.size();
  }

  @Override
  public final double learningRate() {
    return learningRate;
  }

  @Override
  public final void setLearningRate(double newLearningRate) {
    if (!(newLearningRate >= 0) || Double.isInfinite(newLearningRate)) {
      throw new InputException(
          "A learning rate is a number of 0 or more; found " + newLearningRate);
    }
    learningRate = newLearningRate;
  }

  @Override
  public final void setDecaying(boolean newIsDecaying) {
    isDecaying = newIsDecaying;
  }

  /** A weight decay, or none while that is switched off. */
  final double decay(double weightDecay) {
    return isDecaying ? weightDecay : 0;
  }

  @Override
  public final void step() {
    try (AutoGradMode off = new AutoGradMode(false)) {
      begin();
      for (int index = 0; index < parameters.size(); index++) {
        Tensor parameter = parameters.get(index);
        try (Tensor gradient = parameter.grad()) {
          if (gradient.defined()) {
            update(index, parameter, gradient);
          }
        }
      }
    }
  }

  @Override
  public final Map<String, io.nncf4j.core.tensor.Tensor> state() {
    OptimizerState state = new OptimizerState();
    state.put(
        LEARNING_RATE,
        io.nncf4j.core.tensor.Tensor.ofDoubles(DataType.FLOAT64, new double[] {learningRate}));
    save(state);
    return state.values();
  }

  @Override
  public final void loadState(Map<String, io.nncf4j.core.tensor.Tensor> saved) {
    OptimizerState state = new OptimizerState(saved);
    io.nncf4j.core.tensor.Tensor rate = state.get(LEARNING_RATE);
    try (AutoGradMode off = new AutoGradMode(false)) {
      load(state);
    }
    if (rate != null) {
      setLearningRate(rate.doubleAt(0));
    }
  }

  /** Puts aside what {@link #load} needs. */
  abstract void save(OptimizerState state);

  /** Replaces what is remembered. */
  abstract void load(OptimizerState state);

  /** One tensor a parameter, as saved. */
  final @Nullable Tensor[] read(OptimizerState state, String name) {
    return state.read(name, parameters, parameters.size());
  }

  /** Gives the memory of all of {@code tensors} back. */
  static void closeAll(@Nullable Tensor[] tensors) {
    for (Tensor tensor : tensors) {
      if (tensor != null) {
        tensor.close();
      }
    }
  }

  /** Called before the first parameter of a step. */
  void begin() {}

  /** Updates one parameter; {@code gradient} must not be changed. */
  abstract void update(int index, Tensor parameter, Tensor gradient);

  /** The gradient with the L2 penalty's added to it; a handle of its own. */
  static Tensor penalised(Tensor parameter, Tensor gradient, double weightDecay) {
    if (weightDecay == 0) {
      return new Tensor(gradient);
    }
    try (Scalar decay = new Scalar(weightDecay)) {
      return org.bytedeco.pytorch.global.torch.add(gradient, parameter, decay);
    }
  }

  /** {@code target += factor * summand}. */
  static void addScaled(Tensor target, Tensor summand, double factor) {
    try (Scalar scale = new Scalar(factor)) {
      target.add_(summand, scale);
    }
  }

  static void scale(Tensor target, double factor) {
    try (Scalar scale = new Scalar(factor)) {
      target.mul_(scale);
    }
  }
}
