package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.NncfException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;
import org.bytedeco.pytorch.VoidTensorHook;
import org.jspecify.annotations.Nullable;

/**
 * Backward passes written in Java: a function that is called with the gradient of a tensor and
 * gives what is handed on in its place.
 *
 * <p>libtorch's Java interface offers ten callbacks of each kind in a process, and a callback is
 * told nothing but the gradient. So a tensor gets, as hooks that run in order, one callback for
 * each decimal digit of the number of its function, and then the one that calls that function.
 */
final class BackwardCallbacks {
  private static final BackwardCallbacks INSTANCE = new BackwardCallbacks();

  private final Map<Integer, UnaryOperator<Tensor>> functions = new HashMap<>();
  private final BitSet taken = new BitSet();
  private final ThreadLocal<Integer> number = ThreadLocal.withInitial(() -> 0);
  private final ThreadLocal<@Nullable Tensor> handedOn = new ThreadLocal<>();
  private final Digit[] digits = new Digit[10];
  private final Call call = new Call();

  private BackwardCallbacks() {
    for (int value = 0; value < digits.length; value++) {
      digits[value] = new Digit(value);
      // Whatever scope is open at the first use must not end them.
      digits[value].retainReference();
    }
    call.retainReference();
  }

  /** The only ones, since the callbacks of a process are few. */
  static BackwardCallbacks instance() {
    return INSTANCE;
  }

  private final class Digit extends VoidTensorHook {
    private final int value;

    private Digit(int value) {
      this.value = value;
    }

    @Override
    public void call(TensorBase gradient) {
      // A copy made for this call; without closing it, its memory waits for the collector.
      gradient.close();
      number.set(10 * number.get() + value);
    }
  }

  private final class Call extends TensorTensorHook {
    @Override
    public TensorBase call(TensorBase gradient) {
      int called = number.get();
      number.set(0);
      UnaryOperator<Tensor> function = function(called);
      if (function == null) {
        throw new NncfException(
            "A backward pass goes through a learned quantizer for the second time, or long after"
                + " its forward pass. Run one backward pass after each forward pass");
      }
      // The last one has been taken over by now.
      closeHandedOn();
      try (gradient;
          Tensor given = new Tensor(gradient)) {
        Tensor result = function.apply(given);
        handedOn.set(result);
        return result;
      }
    }
  }

  private void closeHandedOn() {
    Tensor last = handedOn.get();
    if (last != null) {
      last.close();
      handedOn.remove();
    }
  }

  private synchronized @Nullable UnaryOperator<Tensor> function(int called) {
    return functions.get(called);
  }

  /**
   * Has {@code backward} called with the gradient of {@code tensor}.
   *
   * @param backward gives a handle that is closed here
   * @return the number by which it is removed
   */
  int add(Tensor tensor, UnaryOperator<Tensor> backward) {
    int own = put(backward);
    for (char digit : Integer.toString(own).toCharArray()) {
      tensor.register_hook(digits[digit - '0']);
    }
    tensor.register_hook(call);
    return own;
  }

  private synchronized int put(UnaryOperator<Tensor> backward) {
    int own = taken.nextClearBit(0);
    taken.set(own);
    functions.put(own, backward);
    return own;
  }

  /** Forgets a function. Its tensor must not be differentiated any more. */
  synchronized void remove(int own) {
    functions.remove(own);
    taken.clear(own);
  }
}
