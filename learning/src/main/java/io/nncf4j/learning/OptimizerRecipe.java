package io.nncf4j.learning;

import io.nncf4j.engines.libtorch.TensorRole;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Which optimizer, before it knows what it is to change.
 *
 * @param momentum of SGD and RMSprop
 * @param nesterov of SGD
 */
public record OptimizerRecipe(
    Method method, double learningRate, double momentum, boolean nesterov, double weightDecay) {
  /** The methods that there are. */
  public enum Method {
    SGD,
    ADAM,
    ADAMW,
    RMSPROP
  }

  public OptimizerRecipe withWeightDecay(double newWeightDecay) {
    return new OptimizerRecipe(method, learningRate, momentum, nesterov, newWeightDecay);
  }

  /** The optimizer for a session's tensors of one role. */
  public Optimizer over(TrainingSession session, TensorRole role) {
    List<Tensor> tensors = TrainingStep.parameters(session, role);
    return switch (method) {
      case ADAM -> new Adam(tensors, Adam.Options.adam(learningRate).withWeightDecay(weightDecay));
      case ADAMW ->
          new Adam(tensors, Adam.Options.adamW(learningRate).withWeightDecay(weightDecay));
      case RMSPROP ->
          new RootMeanSquarePropagation(
              tensors,
              new RootMeanSquarePropagation.Options(
                  learningRate, 0.99, momentum, 1e-8, weightDecay));
      case SGD ->
          new StochasticGradientDescent(
              tensors,
              StochasticGradientDescent.Options.of(learningRate)
                  .withMomentum(momentum, nesterov)
                  .withWeightDecay(weightDecay));
    };
  }
}
