package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * "Adam: a method for stochastic optimization" (Kingma and Ba 2015), with the weight decay added to
 * the gradient, or decoupled from it as in "Decoupled Weight Decay Regularization" (Loshchilov and
 * Hutter 2019), which is AdamW.
 */
public final class Adam extends ParameterOptimizer {
  /**
   * What the method is governed by.
   *
   * @param firstDecay decay of the mean of gradients
   * @param secondDecay decay of the mean of squared gradients
   * @param decoupled whether the weight decay is AdamW's
   */
  public record Options(
      double learningRate,
      double firstDecay,
      double secondDecay,
      double epsilon,
      double weightDecay,
      boolean decoupled) {
    public static Options adam(double learningRate) {
      return new Options(learningRate, 0.9, 0.999, 1e-8, 0, false);
    }

    public static Options adamW(double learningRate) {
      return new Options(learningRate, 0.9, 0.999, 1e-8, 0.01, true);
    }

    public Options withWeightDecay(double newWeightDecay) {
      return new Options(learningRate, firstDecay, secondDecay, epsilon, newWeightDecay, decoupled);
    }
  }

  private final Options options;
  private @Nullable Tensor[] means;
  private @Nullable Tensor[] squares;
  private final long[] steps;

  public Adam(List<Tensor> parameters, Options options) {
    super(parameters, options.learningRate());
    this.options = options;
    this.means = new Tensor[parameters.size()];
    this.squares = new Tensor[parameters.size()];
    this.steps = new long[parameters.size()];
  }

  @Override
  void update(int index, Tensor parameter, Tensor gradient) {
    if (options.decoupled()) {
      scale(parameter, 1 - learningRate() * decay(options.weightDecay()));
    }
    double penalty = options.decoupled() ? 0 : decay(options.weightDecay());
    Tensor mean = means[index];
    Tensor square = squares[index];
    if (mean == null || square == null) {
      mean = torch.zeros_like(parameter);
      square = torch.zeros_like(parameter);
      means[index] = mean;
      squares[index] = square;
    }
    long step = ++steps[index];
    double firstBias = 1 - Math.pow(options.firstDecay(), step);
    double secondBias = 1 - Math.pow(options.secondDecay(), step);
    try (Tensor slope = penalised(parameter, gradient, penalty);
        Scalar fresh = new Scalar(1 - options.firstDecay());
        Scalar freshSquare = new Scalar(1 - options.secondDecay());
        Scalar rootBias = new Scalar(Math.sqrt(secondBias));
        Scalar epsilon = new Scalar(options.epsilon());
        Scalar stride = new Scalar(-learningRate() / firstBias)) {
      mean.lerp_(slope, fresh);
      scale(square, options.secondDecay());
      square.addcmul_(slope, slope, freshSquare);
      try (Tensor denominator = torch.sqrt(square)) {
        denominator.div_(rootBias);
        denominator.add_(epsilon);
        parameter.addcdiv_(mean, denominator, stride);
      }
    }
  }

  @Override
  void save(OptimizerState state) {
    state.put("means", means);
    state.put("squares", squares);
    state.put("steps", io.nncf4j.core.tensor.Tensor.vector(steps));
  }

  @Override
  void load(OptimizerState state) {
    @Nullable Tensor[] savedMeans = read(state, "means");
    @Nullable Tensor[] savedSquares = read(state, "squares");
    io.nncf4j.core.tensor.Tensor counted = state.get("steps");
    if (counted == null || counted.size() != steps.length) {
      throw new InputException(
          "The checkpoint is not one of Adam over " + steps.length + " parameters");
    }
    state.requireAllRead("Adam");
    close();
    System.arraycopy(counted.toLongs(), 0, steps, 0, steps.length);
    means = savedMeans;
    squares = savedSquares;
  }

  @Override
  public void close() {
    closeAll(means);
    closeAll(squares);
  }
}
