package io.nncf4j.learning;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent with momentum, as PyTorch's {@code SGD}:
 *
 * <pre>
 * g = gradient + weightDecay · p
 * b = momentum · b + g          (b = g at the first step)
 * p = p − rate · b              (Nesterov: rate · (g + momentum · b))
 * </pre>
 */
public final class StochasticGradientDescent extends ParameterOptimizer {
  /**
   * What descent is governed by.
   *
   * @param momentum share of the last direction that is kept, 0 for none
   * @param weightDecay factor of the L2 penalty
   * @param nesterov whether to look ahead along the momentum (Sutskever et al. 2013)
   */
  public record Options(
      double learningRate, double momentum, double weightDecay, boolean nesterov) {
    public static Options of(double learningRate) {
      return new Options(learningRate, 0, 0, false);
    }

    public Options withMomentum(double newMomentum, boolean isNesterov) {
      return new Options(learningRate, newMomentum, weightDecay, isNesterov);
    }

    public Options withWeightDecay(double newWeightDecay) {
      return new Options(learningRate, momentum, newWeightDecay, nesterov);
    }
  }

  private final Options options;
  private @Nullable Tensor[] momenta;

  public StochasticGradientDescent(List<Tensor> parameters, Options options) {
    super(parameters, options.learningRate());
    this.options = options;
    this.momenta = new Tensor[parameters.size()];
  }

  @Override
  void update(int index, Tensor parameter, Tensor gradient) {
    try (Tensor slope = penalised(parameter, gradient, decay(options.weightDecay()))) {
      if (options.momentum() == 0) {
        addScaled(parameter, slope, -learningRate());
        return;
      }
      Tensor momentum = momenta[index];
      if (momentum == null) {
        momentum = torch.clone(slope);
        momenta[index] = momentum;
      } else {
        scale(momentum, options.momentum());
        momentum.add_(slope);
      }
      if (!options.nesterov()) {
        addScaled(parameter, momentum, -learningRate());
        return;
      }
      try (Scalar ahead = new Scalar(options.momentum());
          Tensor direction = torch.add(slope, momentum, ahead)) {
        addScaled(parameter, direction, -learningRate());
      }
    }
  }

  @Override
  void save(OptimizerState state) {
    state.put("momenta", momenta);
  }

  @Override
  void load(OptimizerState state) {
    @Nullable Tensor[] savedMomenta = read(state, "momenta");
    state.requireAllRead("StochasticGradientDescent");
    close();
    momenta = savedMomenta;
  }

  @Override
  public void close() {
    closeAll(momenta);
  }
}
