package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes run on the host: the arithmetic on shapes. It starts at Shape and Size and
 * goes on through operators that make little out of little, as long as everything else that they
 * read is a small constant.
 */
final class HostNodes {
  private static final int SMALL = 4096;

  /** Operators whose result is about as large as what they read. */
  private static final Set<String> SHAPE_ARITHMETIC =
      Set.of(
          "Gather",
          "Slice",
          "Concat",
          "Split",
          "Unsqueeze",
          "Squeeze",
          "Reshape",
          "Transpose",
          "Identity",
          "Cast",
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Mod",
          "Neg",
          "Abs",
          "Sign",
          "Floor",
          "Ceil",
          "Round",
          "Sqrt",
          "Min",
          "Max",
          "ReduceProd",
          "ReduceSum",
          "ReduceMin",
          "ReduceMax",
          "Equal",
          "Less",
          "LessOrEqual",
          "Greater",
          "GreaterOrEqual",
          "Not",
          "And",
          "Or",
          "Where",
          "ScatterElements",
          "ScatterND");

  private final Interpreter interpreter = new Interpreter();
  private final Set<String> onHost = new HashSet<>();

  /**
   * The operation on the host, or null when the node is libtorch's. Nodes are asked about in
   * topological order.
   */
  @Nullable Operation compile(GraphCompiler.Scope scope, Node node) {
    if (node.is("Shape", "Size")) {
      // Run by libtorch's own compiler, which asks the tensor; what they give is on the host.
      remember(scope, node);
      return null;
    }
    if (!belongs(scope, node)) {
      return null;
    }
    remember(scope, node);
    return arguments -> {
      List<@Nullable Tensor> inputs = new ArrayList<>();
      for (int index = 0; index < arguments.inputCount(); index++) {
        inputs.add(arguments.has(index) ? arguments.host(index) : null);
      }
      List<Tensor> results = interpreter.run(node, inputs);
      for (int index = 0; index < results.size(); index++) {
        arguments.setHost(index, results.get(index));
      }
    };
  }

  private void remember(GraphCompiler.Scope scope, Node node) {
    node.outputs().forEach(output -> onHost.add(scope.path + output));
  }

  private boolean belongs(GraphCompiler.Scope scope, Node node) {
    if (!node.operator().isOnnx()
        || !SHAPE_ARITHMETIC.contains(node.type())
        || !Interpreter.supports(node)) {
      return false;
    }
    boolean readsShape = false;
    for (String input : node.inputs()) {
      if (input.isEmpty()) {
        continue;
      }
      if (onHost.contains(scope.path + input)) {
        readsShape = true;
        continue;
      }
      Tensor constant = scope.fixed(input);
      if (constant == null || constant.size() > SMALL) {
        return false;
      }
    }
    return readsShape;
  }
}
