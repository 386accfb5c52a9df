package io.nncf4j.engines.libtorch.operators;

import java.util.Arrays;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The numbered places where the values of a running graph stand, as libtorch tensors, as tensors on
 * the host, or both.
 *
 * <p>A value is moved from one side to the other when it is first asked for there. Kept registers
 * (parameters and constants) survive {@link #releaseAll}; all others are released at their last
 * use.
 */
public final class Registers implements AutoCloseable {
  private @Nullable Tensor[] tensors = new Tensor[64];
  private io.nncf4j.core.tensor.@Nullable Tensor[] hosts = new io.nncf4j.core.tensor.Tensor[64];
  private boolean[] kept = new boolean[64];
  private final PendingBackward pending = new PendingBackward();
  private int count;
  private boolean training;
  private boolean adapting;
  private Set<String> bypassed = Set.of();

  /** What forward passes keep for their backward passes. */
  PendingBackward pending() {
    return pending;
  }

  /** A forward pass begins. */
  public void begin() {
    pending.begin();
  }

  /** A fresh register. */
  public int allocate() {
    if (count == tensors.length) {
      tensors = Arrays.copyOf(tensors, 2 * count);
      hosts = Arrays.copyOf(hosts, 2 * count);
      kept = Arrays.copyOf(kept, 2 * count);
    }
    return count++;
  }

  /** A register whose content stays until the session is closed. */
  public int keep(Tensor tensor) {
    int register = allocate();
    put(register, tensor);
    kept[register] = true;
    return register;
  }

  /** A constant that is given to libtorch when it is first needed there. */
  public int keepHost(io.nncf4j.core.tensor.Tensor tensor) {
    int register = allocate();
    hosts[register] = tensor;
    kept[register] = true;
    return register;
  }

  public Tensor tensor(int register) {
    Tensor tensor = tensors[register];
    if (tensor == null) {
      io.nncf4j.core.tensor.Tensor host = hosts[register];
      if (host == null) {
        throw new IllegalStateException("register " + register + " is empty");
      }
      tensor = TensorExchange.copyToTorch(host);
      tensor.retainReference();
      tensors[register] = tensor;
    }
    return tensor;
  }

  public io.nncf4j.core.tensor.Tensor host(int register) {
    io.nncf4j.core.tensor.Tensor host = hosts[register];
    if (host == null) {
      host = TensorExchange.toHost(tensor(register));
      if (!kept[register]) {
        hosts[register] = host;
      }
    }
    return host;
  }

  /** Fills a register. The handle is the register's from now on. */
  public void put(int register, Tensor tensor) {
    // Survives a scope that the operation may have opened around its intermediate values.
    tensor.retainReference();
    tensors[register] = tensor;
  }

  /** Whether a register holds no infinity and nothing that is no number. */
  boolean isFinite(int register) {
    Tensor tensor = tensors[register];
    if (tensor == null || !tensor.is_floating_point()) {
      return true;
    }
    try (Tensor finite = torch.isfinite(tensor);
        Tensor all = torch.all(finite)) {
      return all.item_bool();
    }
  }

  /** True when this very handle stands in {@code register}. */
  boolean holds(int register, Tensor tensor) {
    return tensors[register] == tensor;
  }

  public void putHost(int register, io.nncf4j.core.tensor.Tensor tensor) {
    hosts[register] = tensor;
  }

  /** Takes the content out of a register; the caller closes it. */
  public Tensor take(int register) {
    Tensor tensor = tensor(register);
    if (kept[register]) {
      return new Tensor(tensor);
    }
    tensors[register] = null;
    hosts[register] = null;
    return tensor;
  }

  public boolean isKept(int register) {
    return kept[register];
  }

  public void release(int register) {
    Tensor tensor = tensors[register];
    if (tensor != null) {
      tensor.close();
      tensors[register] = null;
    }
    hosts[register] = null;
  }

  /** Empties all registers but the kept ones. */
  public void releaseAll() {
    for (int register = 0; register < count; register++) {
      if (!kept[register]) {
        release(register);
      }
    }
  }

  public boolean isTraining() {
    return training;
  }

  public void setTraining(boolean isTraining) {
    training = isTraining;
  }

  /** Whether batch-norm takes the batch's own statistics, and updates the running ones. */
  public boolean usesBatchStatistics() {
    return training || adapting;
  }

  public void setAdapting(boolean isAdapting) {
    adapting = isAdapting;
  }

  /** Whether the quantizer of this name hands on what it is given. */
  boolean isBypassed(String node) {
    return bypassed.contains(node);
  }

  public void setBypassed(Set<String> nodes) {
    bypassed = Set.copyOf(nodes);
  }

  @Override
  public void close() {
    pending.close();
    for (int register = 0; register < count; register++) {
      release(register);
    }
  }
}
