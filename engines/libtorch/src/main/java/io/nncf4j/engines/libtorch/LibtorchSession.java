package io.nncf4j.engines.libtorch;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.operators.Registers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.AutoGradMode;

/** Inference: no gradients, nothing kept but constants. */
final class LibtorchSession implements Session {
  private final Graph graph;
  private final List<Value> inputs;
  private final List<String> outputs;
  private final SessionOptions options;
  private final Registers registers = new Registers();
  private final GraphCompiler.Compiled compiled;
  private final InputBinding binding;

  LibtorchSession(Model model, SessionOptions options) {
    graph = model.graph();
    inputs = graph.inputs();
    this.options = options;
    List<String> names = new ArrayList<>();
    model.graph().outputs().forEach(output -> names.add(output.name()));
    names.addAll(options.probes());
    outputs = List.copyOf(names);
    for (String probe : options.probes()) {
      if (!model.graph().isDefined(probe)) {
        throw new InputException("There is no value \"" + probe + "\" to be looked at");
      }
    }
    ConstantLayout layout = new ConstantLayout(model.graph(), options.optimize());
    GraphCompiler.ConstantPlacement placement =
        new GraphCompiler.ConstantPlacement() {
          @Override
          public int place(String path, Tensor tensor) {
            return layout.wantsChannelsLast(path)
                ? registers.keep(layout.toTorch(path, tensor))
                : registers.keepHost(tensor);
          }

          @Override
          public boolean isTrained(String path) {
            return false;
          }
        };
    compiled = new GraphCompiler(model, registers, placement, false).compile(options.probes());
    binding = new InputBinding(inputs, compiled.inputs(), options.optimize());
  }

  @Override
  public List<Value> inputs() {
    return inputs;
  }

  @Override
  public SessionOptions options() {
    return options;
  }

  @Override
  public List<String> outputs() {
    return outputs;
  }

  @Override
  public synchronized Map<String, Tensor> run(Map<String, Tensor> given) {
    Libtorch.setThreads(options.threads());
    try (AutoGradMode off = new AutoGradMode(false)) {
      binding.bind(registers, given);
      compiled.program().run(registers);
      Map<String, Tensor> results = new LinkedHashMap<>();
      for (int index = 0; index < outputs.size(); index++) {
        Tensor result = registers.host(compiled.outputs()[index]);
        results.put(outputs.get(index), packed(outputs.get(index), result));
      }
      return results;
    } finally {
      registers.releaseAll();
    }
  }

  /** Four-bit elements are eight-bit ones while running. */
  private Tensor packed(String output, Tensor result) {
    DataType declared = graph.tensorType(output).dataType();
    return declared != null && declared.isPacked() && !result.dataType().isPacked()
        ? Tensor.ofDoubles(declared, result.toDoubles(), result.shape())
        : result;
  }

  @Override
  public synchronized void close() {
    registers.close();
  }
}
