package io.nncf4j.core.compose;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values that follow from constants, computed while they are small, because ONNX takes as
 * attributes or shapes some of what other formats compute.
 */
public final class SmallValues {
  /** Larger values are not computed on the way. */
  private static final int MAXIMUM_SIZE = 1 << 16;

  private final Interpreter interpreter =
      new Interpreter(Interpreter.Limits.defaults().withOperations(16L * MAXIMUM_SIZE));

  /**
   * The outputs of a node that could be computed, by name.
   *
   * @param contents what is known of a value, or null
   */
  public Map<String, Tensor> of(Node node, Function<String, @Nullable Tensor> contents) {
    List<@Nullable Tensor> read = new ArrayList<>();
    long size = 0;
    for (String input : node.inputs()) {
      Tensor tensor = input.isEmpty() ? null : contents.apply(input);
      if (tensor == null && !input.isEmpty()) {
        return Map.of();
      }
      size += tensor == null ? 0 : tensor.size();
      read.add(tensor);
    }
    if (size > MAXIMUM_SIZE
        || !node.attributes().graphs().isEmpty()
        || !Interpreter.supports(node)) {
      return Map.of();
    }
    Map<String, Tensor> found = new HashMap<>();
    try {
      List<Tensor> computed = interpreter.run(node, read);
      for (int index = 0; index < node.outputs().size(); index++) {
        if (!node.output(index).isEmpty() && computed.get(index).size() <= MAXIMUM_SIZE) {
          found.put(node.output(index), computed.get(index));
        }
      }
    } catch (NncfException e) {
      // Beyond what the interpreter does; the value stays unknown until the model runs.
      return Map.of();
    }
    return found;
  }
}
