package io.nncf4j.engines.libtorch;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;

/** The state of libtorch's generator of random numbers, which dropout draws from. */
public final class RandomState {
  private RandomState() {}

  /** Starts the numbers that {@code seed} gives. */
  public static void seed(long seed) {
    Libtorch.load();
    torch.manual_seed(seed);
  }

  /** The state now, as opaque bytes. */
  public static Tensor read() {
    Libtorch.load();
    try (Generator generator = torch.getDefaultCPUGenerator();
        org.bytedeco.pytorch.Tensor state = generator.get_state()) {
      return TensorExchange.toHost(state);
    }
  }

  /**
   * Goes on from a state that {@link #read} gave.
   *
   * @throws InputException when it is no such state
   */
  public static void write(Tensor state) {
    Libtorch.load();
    Tensor now = read();
    if (state.dataType() != now.dataType() || state.size() != now.size()) {
      throw new InputException(
          "The state of random numbers is damaged: expected " + now + ", found " + state);
    }
    try (Generator generator = torch.getDefaultCPUGenerator();
        org.bytedeco.pytorch.Tensor copy = TensorExchange.copyToTorch(state)) {
      generator.set_state(copy);
    } catch (RuntimeException e) {
      // libtorch checks more than size and type, and says so in this way only.
      throw new InputException("The state of random numbers is damaged", e);
    }
  }
}
