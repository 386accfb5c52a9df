package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.Body;
import io.nncf4j.engines.libtorch.operators.NodeContext;
import io.nncf4j.engines.libtorch.operators.UnsupportedNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node while the graph around it is being compiled. */
final class CompilingNode implements NodeContext {
  /** Operators whose result is memory of its own that their backward pass does not read. */
  private static final String[] RESULT_IS_FREE = {
    "Conv", "ConvTranspose", "BatchNormalization", "Add", "Sub", "Gemm", "MatMul"
  };

  private final GraphCompiler compiler;
  private final Model model;
  private final GraphCompiler.Scope scope;
  private final Node node;
  private final Set<String> alive;
  private final boolean trainable;

  CompilingNode(
      GraphCompiler compiler,
      Model model,
      GraphCompiler.Scope scope,
      Node node,
      Set<String> alive,
      boolean trainable) {
    this.compiler = compiler;
    this.model = model;
    this.scope = scope;
    this.node = node;
    this.alive = alive;
    this.trainable = trainable;
  }

  /** Gradients need float32 masters; what is stored in fewer than 16 bits has none. */
  void refuseUntrainableConstants() {
    if (!trainable) {
      return;
    }
    for (String input : node.inputs()) {
      Tensor constant = input.isEmpty() ? null : scope.fixed(input);
      if (constant != null
          && (constant.dataType().isPacked()
              || constant.dataType().isFloatingPoint() && constant.dataType().bits() < 16)) {
        throw new UnsupportedNode(
            "its constant \""
                + scope.path
                + input
                + "\" is "
                + constant.dataType().label()
                + ", which cannot be trained; start from the float model");
      }
    }
  }

  @Override
  public Node node() {
    return node;
  }

  @Override
  public int opset() {
    return model.opsets().getOrDefault(node.operator().domain(), Model.CANONICAL_OPSET);
  }

  @Override
  public boolean isTrainable() {
    return trainable;
  }

  @Override
  public @Nullable Tensor constant(int index) {
    return node.hasInput(index) ? scope.fixed(node.input(index)) : null;
  }

  @Override
  public TensorType type(int index) {
    if (!node.hasInput(index)) {
      return TensorType.UNKNOWN;
    }
    for (GraphCompiler.Scope at = scope; at != null; at = at.outer) {
      if (at.registers.containsKey(node.input(index))) {
        return at.graph.tensorType(node.input(index));
      }
    }
    return TensorType.UNKNOWN;
  }

  @Override
  public boolean canOverwrite(int index) {
    String value = node.input(index);
    Graph graph = scope.graph;
    Node producer = graph.producer(value);
    return producer != null
        && producer.is(RESULT_IS_FREE)
        && graph.hasSingleUse(value)
        && !alive.contains(value);
  }

  @Override
  public DataType runningType(DataType type) {
    return trainable && (type == DataType.FLOAT16 || type == DataType.BFLOAT16)
        ? DataType.FLOAT32
        : type;
  }

  @Override
  public Body body(String attribute) {
    Graph graph = node.graphAttribute(attribute);
    String path = scope.path + node.name() + "/" + attribute + "/";
    return new CompiledBody(compiler.compileBody(graph, path, scope), compiler.registers());
  }
}
