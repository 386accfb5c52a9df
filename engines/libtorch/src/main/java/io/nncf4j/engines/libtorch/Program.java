package io.nncf4j.engines.libtorch;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Node;
import io.nncf4j.engines.libtorch.operators.Arguments;
import io.nncf4j.engines.libtorch.operators.Operation;
import io.nncf4j.engines.libtorch.operators.Registers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled graph or body: instructions in order, each naming the registers that die with it. */
record Program(List<Instruction> instructions) {
  /**
   * One node.
   *
   * @param released registers whose last reader this is
   */
  record Instruction(
      Node node, String path, Operation operation, Arguments arguments, int[] released) {}

  Program {
    instructions = List.copyOf(instructions);
  }

  void run(Registers registers) {
    for (Instruction instruction : instructions) {
      try {
        instruction.operation.run(instruction.arguments);
      } catch (NncfException e) {
        throw e;
      } catch (RuntimeException e) {
        throw failure(instruction, e);
      }
      for (int register : instruction.released) {
        registers.release(register);
      }
    }
  }

  /**
   * Runs until a value appears that is not finite, and says where.
   *
   * @return a clause that names the node, or null when all is finite
   */
  @Nullable String firstNonFinite(Registers registers) {
    for (Instruction instruction : instructions) {
      String node =
          "node \"" + instruction.path + "\" (" + instruction.node.operator().name() + ")";
      int input = instruction.arguments.firstNonFiniteInput();
      if (input >= 0) {
        return "\"" + instruction.node.input(input) + "\", which " + node + " reads";
      }
      instruction.operation.run(instruction.arguments);
      if (!instruction.arguments.areOutputsFinite()) {
        return "a result of " + node;
      }
      for (int register : instruction.released) {
        registers.release(register);
      }
    }
    return null;
  }

  /** libtorch reports what does not fit by exceptions of one kind, the reason in the first line. */
  private static NncfException failure(Instruction instruction, RuntimeException cause) {
    String message = String.valueOf(cause.getMessage());
    return new InputException(
        "Node \""
            + instruction.path
            + "\" ("
            + instruction.node.operator()
            + ") could not be run on libtorch: "
            + message.lines().findFirst().orElse(message),
        cause);
  }
}
