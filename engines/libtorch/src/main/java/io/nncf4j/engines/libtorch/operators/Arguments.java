package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Node;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and outputs of one node while it runs: a window on the registers, made once when the graph
 * is compiled.
 */
public final class Arguments {
  private static final int ABSENT = -1;

  private final Node node;
  private final Registers registers;
  private final int[] inputs;
  private final int[] outputs;

  /**
   * @param inputs register of each input, negative when absent
   * @param outputs register of each output, negative when nobody asked for it
   */
  public Arguments(Node node, Registers registers, int[] inputs, int[] outputs) {
    this.node = node;
    this.registers = registers;
    this.inputs = inputs.clone();
    this.outputs = outputs.clone();
  }

  public int inputCount() {
    return inputs.length;
  }

  public int outputCount() {
    return outputs.length;
  }

  public boolean has(int index) {
    return index < inputs.length && inputs[index] != ABSENT;
  }

  /** True when output {@code index} is read by somebody. */
  public boolean wants(int index) {
    return index < outputs.length && outputs[index] != ABSENT;
  }

  /** Input {@code index}; it stays the property of the registers. */
  public Tensor tensor(int index) {
    if (!has(index)) {
      throw new InputException(
          "Node \"" + node.name() + "\" (" + node.operator() + ") lacks its input " + index);
    }
    return registers.tensor(inputs[index]);
  }

  public @Nullable Tensor tensorOrNull(int index) {
    return has(index) ? registers.tensor(inputs[index]) : null;
  }

  /** Input {@code index} as an optional argument, to be closed by the caller. */
  public TensorOptional optional(int index) {
    return has(index) ? new TensorOptional(tensor(index)) : new TensorOptional();
  }

  /** Input {@code index} on the host. */
  public io.nncf4j.core.tensor.Tensor host(int index) {
    if (!has(index)) {
      throw new InputException(
          "Node \"" + node.name() + "\" (" + node.operator() + ") lacks its input " + index);
    }
    return registers.host(inputs[index]);
  }

  /** Elements of input {@code index}, an integer tensor such as a shape. */
  public long[] longs(int index) {
    return host(index).toLongs();
  }

  public long[] longs(int index, long... absent) {
    return has(index) ? longs(index) : absent;
  }

  /** The only element of input {@code index}. */
  public double number(int index, double absent) {
    return has(index) ? host(index).doubleAt(0) : absent;
  }

  /** Hands over a handle as output {@code index}. An input given back gets a handle of its own. */
  public void set(int index, Tensor tensor) {
    boolean isInput = isInput(tensor);
    if (wants(index)) {
      registers.put(outputs[index], isInput ? new Tensor(tensor) : tensor);
    } else if (!isInput) {
      tensor.close();
    }
  }

  private boolean isInput(Tensor tensor) {
    for (int input : inputs) {
      if (input != ABSENT && registers.holds(input, tensor)) {
        return true;
      }
    }
    return false;
  }

  public void set(Tensor tensor) {
    set(0, tensor);
  }

  public void setHost(int index, io.nncf4j.core.tensor.Tensor tensor) {
    if (wants(index)) {
      registers.putHost(outputs[index], tensor);
    }
  }

  /** Index of the first input with a value that is not finite, or -1. */
  public int firstNonFiniteInput() {
    for (int index = 0; index < inputs.length; index++) {
      if (inputs[index] != ABSENT && !registers.isFinite(inputs[index])) {
        return index;
      }
    }
    return ABSENT;
  }

  /** Whether all values of the outputs are finite. */
  public boolean areOutputsFinite() {
    return Arrays.stream(outputs)
        .allMatch(output -> output == ABSENT || registers.isFinite(output));
  }

  /** Keeps what a backward pass in Java needs. */
  void keepForBackward(PendingBackward.Entry entry) {
    registers.pending().add(entry);
  }

  /** True while the session is switched to training. */
  public boolean isTraining() {
    return registers.isTraining();
  }

  /** See {@link Registers#usesBatchStatistics}. */
  public boolean usesBatchStatistics() {
    return registers.usesBatchStatistics();
  }

  /** True while the node, a quantizer, is switched off. */
  public boolean isBypassed() {
    return registers.isBypassed(node.name());
  }
}
