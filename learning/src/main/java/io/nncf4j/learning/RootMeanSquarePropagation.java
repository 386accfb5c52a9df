package io.nncf4j.learning;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** RMSprop (Tieleman and Hinton 2012) with momentum, as PyTorch has it. */
public final class RootMeanSquarePropagation extends ParameterOptimizer {
  /**
   * What the method is governed by.
   *
   * @param decay decay of the mean of squared gradients
   */
  public record Options(
      double learningRate, double decay, double momentum, double epsilon, double weightDecay) {
    public static Options of(double learningRate) {
      return new Options(learningRate, 0.99, 0, 1e-8, 0);
    }
  }

  private final Options options;
  private @Nullable Tensor[] squares;
  private @Nullable Tensor[] momenta;

  public RootMeanSquarePropagation(List<Tensor> parameters, Options options) {
    super(parameters, options.learningRate());
    this.options = options;
    this.squares = new Tensor[parameters.size()];
    this.momenta = new Tensor[parameters.size()];
  }

  @Override
  void update(int index, Tensor parameter, Tensor gradient) {
    Tensor square = squares[index];
    Tensor momentum = momenta[index];
    if (square == null || momentum == null) {
      square = torch.zeros_like(parameter);
      momentum = torch.zeros_like(parameter);
      squares[index] = square;
      momenta[index] = momentum;
    }
    try (Tensor slope = penalised(parameter, gradient, decay(options.weightDecay()));
        Scalar fresh = new Scalar(1 - options.decay());
        Scalar epsilon = new Scalar(options.epsilon());
        Scalar one = new Scalar(1.0)) {
      scale(square, options.decay());
      square.addcmul_(slope, slope, fresh);
      try (Tensor root = torch.sqrt(square)) {
        root.add_(epsilon);
        scale(momentum, options.momentum());
        momentum.addcdiv_(slope, root, one);
        addScaled(parameter, momentum, -learningRate());
      }
    }
  }

  @Override
  void save(OptimizerState state) {
    state.put("squares", squares);
    state.put("momenta", momenta);
  }

  @Override
  void load(OptimizerState state) {
    @Nullable Tensor[] savedSquares = read(state, "squares");
    @Nullable Tensor[] savedMomenta = read(state, "momenta");
    state.requireAllRead("RootMeanSquarePropagation");
    close();
    squares = savedSquares;
    momenta = savedMomenta;
  }

  @Override
  public void close() {
    closeAll(squares);
    closeAll(momenta);
  }
}
