package io.nncf4j.engines.libtorch;

import io.nncf4j.engines.libtorch.operators.Body;
import io.nncf4j.engines.libtorch.operators.Registers;
import java.util.HashSet;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** A body over the same registers as the graph around it. */
final class CompiledBody implements Body {
  private final GraphCompiler.Compiled compiled;
  private final Registers registers;
  private final Set<Integer> own;

  CompiledBody(GraphCompiler.Compiled compiled, Registers registers) {
    this.compiled = compiled;
    this.registers = registers;
    this.own = new HashSet<>(compiled.scope().registers.values());
  }

  @Override
  public int inputCount() {
    return compiled.inputs().length;
  }

  @Override
  public int outputCount() {
    return compiled.outputs().length;
  }

  @Override
  public Tensor[] run(Tensor... inputs) {
    for (int index = 0; index < inputs.length; index++) {
      registers.put(compiled.inputs()[index], new Tensor(inputs[index]));
    }
    compiled.program().run(registers);
    Tensor[] outputs = new Tensor[compiled.outputs().length];
    for (int index = 0; index < outputs.length; index++) {
      outputs[index] = new Tensor(registers.tensor(compiled.outputs()[index]));
    }
    for (int register : own) {
      if (!registers.isKept(register)) {
        registers.release(register);
      }
    }
    return outputs;
  }
}
