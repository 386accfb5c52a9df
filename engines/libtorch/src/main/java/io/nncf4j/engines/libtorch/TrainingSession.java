package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.DivergedRangeException;
import io.nncf4j.engines.libtorch.operators.Registers;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.bytedeco.pytorch.AutoGradMode;
import org.jspecify.annotations.Nullable;

/**
 * A graph that can be trained: its weights are tensors of libtorch with gradients, and a switch
 * says whether it behaves as in training or as in evaluation.
 *
 * <p>The graph is never rewritten. In training, batch-norm uses the batch's statistics and updates
 * the running ones as PyTorch does, and dropout drops; in evaluation neither happens and no
 * gradients are recorded. Weights stored as 16-bit floats are float32 while training. Used by one
 * thread at a time.
 */
public final class TrainingSession implements AutoCloseable {
  private final Model model;
  private final TrainingOptions options;
  private final List<Value> inputs;
  private final List<String> outputs;
  private final Registers registers = new Registers();
  private final TrainingState state = new TrainingState();
  private final Map<String, DataType> storedTypes = new HashMap<>();
  private final GraphCompiler.Compiled compiled;
  private final InputBinding binding;
  private boolean recordsInEvaluation;
  private @Nullable ForwardObserver observer;

  TrainingSession(Model model, TrainingOptions options) {
    this.model = model;
    this.options = options;
    inputs = model.graph().inputs();
    outputs = model.graph().outputs().stream().map(Value::name).toList();
    Map<String, TensorRole> roles = TrainableConstants.of(model.graph());
    roles.keySet().removeIf(name -> !options.trained().test(name));
    ConstantLayout layout = new ConstantLayout(model.graph(), options.channelsLast());
    GraphCompiler compiler =
        new GraphCompiler(FuseClipping.apply(model), registers, new Placement(roles, layout), true);
    compiled = compiler.compile(List.of());
    binding = new InputBinding(inputs, compiled.inputs(), options.channelsLast());
  }

  /** Puts weights into the training state and everything else aside as it is. */
  private final class Placement implements GraphCompiler.ConstantPlacement {
    private final Map<String, TensorRole> roles;
    private final ConstantLayout layout;

    Placement(Map<String, TensorRole> roles, ConstantLayout layout) {
      this.roles = roles;
      this.layout = layout;
    }

    @Override
    public int place(String path, Tensor tensor) {
      TensorRole role = roles.get(path);
      Tensor wide = widened(tensor);
      if (role == null) {
        return registers.keepHost(wide);
      }
      storedTypes.put(path, tensor.dataType());
      org.bytedeco.pytorch.Tensor master = layout.toTorch(path, wide);
      master.set_requires_grad(role == TensorRole.PARAMETER || role == TensorRole.COMPRESSION);
      state.add(path, role, master);
      return registers.keep(master);
    }

    @Override
    public boolean isTrained(String path) {
      return roles.containsKey(path);
    }
  }

  private static Tensor widened(Tensor tensor) {
    DataType type = tensor.dataType();
    return type == DataType.FLOAT16 || type == DataType.BFLOAT16
        ? Tensor.ofFloats(tensor.toFloats(), tensor.shape())
        : tensor;
  }

  public Model model() {
    return model;
  }

  public List<Value> inputs() {
    return inputs;
  }

  public List<String> outputs() {
    return outputs;
  }

  public TrainingOptions options() {
    return options;
  }

  /** The tensors that training changes. */
  public TrainingState state() {
    return state;
  }

  /** Switches to training or to evaluation. */
  public void setTraining(boolean isTraining) {
    registers.setTraining(isTraining);
  }

  public boolean isTraining() {
    return registers.isTraining();
  }

  /**
   * Whether batch-norm behaves as in training although the rest is switched to evaluation, so that
   * its running statistics settle on the batches that are run.
   */
  public void setAdaptingNormalization(boolean isAdapting) {
    registers.setAdapting(isAdapting);
  }

  /** The learned quantizers, by node name, that hand on what they are given; none at first. */
  public void setBypassedQuantizers(Set<String> nodes) {
    registers.setBypassed(nodes);
  }

  /**
   * Whether gradients are recorded in evaluation too, as for a frozen network between parameters;
   * off at first.
   */
  public void setRecordingInEvaluation(boolean isRecording) {
    recordsInEvaluation = isRecording;
  }

  /**
   * Runs the graph on tensors of the host. With gradients when switched to training.
   *
   * @return the outputs by name, in the graph's order; the caller closes them
   */
  public Outputs forward(Map<String, Tensor> given) {
    return observed(run(() -> binding.bind(registers, given)), other -> other.forward(given));
  }

  private Outputs observed(Outputs outputs, Function<TrainingSession, Outputs> again) {
    if (observer != null) {
      observer.afterForward(outputs, again);
    }
    return outputs;
  }

  /** Who is told of each forward pass; null for nobody. */
  public void setObserver(@Nullable ForwardObserver newObserver) {
    observer = newObserver;
  }

  /**
   * Where the first value that is not finite appears when the graph runs on these inputs, as it is
   * switched: for a training that has gone astray.
   *
   * @return a clause that names the node or the weight; empty when all values are finite
   */
  public Optional<String> firstNonFinite(Map<String, Tensor> given) {
    Libtorch.setThreads(options.threads());
    try (AutoGradMode off = new AutoGradMode(false)) {
      registers.begin();
      binding.bind(registers, given);
      return Optional.ofNullable(compiled.program().firstNonFinite(registers));
    } catch (DivergedRangeException e) {
      return Optional.of(e.where());
    } finally {
      registers.releaseAll();
    }
  }

  /** Runs the graph on tensors of libtorch, which stay the caller's. */
  public Outputs forwardTensors(Map<String, org.bytedeco.pytorch.Tensor> given) {
    return observed(run(() -> bindTensors(given)), other -> other.forwardTensors(given));
  }

  private void bindTensors(Map<String, org.bytedeco.pytorch.Tensor> given) {
    for (int index = 0; index < inputs.size(); index++) {
      org.bytedeco.pytorch.Tensor tensor = given.get(inputs.get(index).name());
      if (tensor == null) {
        throw new io.nncf4j.core.InputException(
            "The input \"" + inputs.get(index).name() + "\" is missing");
      }
      registers.put(
          compiled.inputs()[index], binding.layOut(new org.bytedeco.pytorch.Tensor(tensor)));
    }
  }

  private Outputs run(Runnable bindInputs) {
    Libtorch.setThreads(options.threads());
    try (AutoGradMode gradients = new AutoGradMode(isTraining() || recordsInEvaluation)) {
      registers.begin();
      bindInputs.run();
      compiled.program().run(registers);
      Map<String, org.bytedeco.pytorch.Tensor> results = new LinkedHashMap<>();
      for (int index = 0; index < outputs.size(); index++) {
        results.put(
            outputs.get(index),
            new org.bytedeco.pytorch.Tensor(registers.tensor(compiled.outputs()[index])));
      }
      return new Outputs(results);
    } finally {
      registers.releaseAll();
    }
  }

  /** The model with the weights as they are now, in the types that it stores them in. */
  public Model snapshot() {
    Map<String, Tensor> values = new HashMap<>();
    for (TrainingState.Entry entry : state.entries()) {
      DataType stored = storedTypes.get(entry.name());
      if (stored != null) {
        Tensor value = TensorExchange.toHost(entry.tensor());
        values.put(
            entry.name(),
            value.dataType() == stored
                ? value
                : Tensor.ofDoubles(stored, value.toDoubles(), value.shape()));
      }
    }
    return model.withGraph(ConstantReplacement.in(model.graph(), "", values));
  }

  @Override
  public void close() {
    registers.close();
  }
}
