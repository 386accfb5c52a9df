package io.nncf4j.compression.pruning;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a model stores in half precision in half precision. Weights are computed with in
 * float32, and files often hold them as float16 before a cast, which normal form folds:
 *
 * <pre>
 *   weight: float16 -- Cast(float32) -- Conv
 * </pre>
 */
final class HalfStorage {
  private static final double LARGEST_HALF = 65504;
  private static final long CODE_OF_FLOAT32 = 1;

  private final Graph before;
  private final Graph after;
  private final GraphEditor editor;
  private final Map<String, String> widened = new HashMap<>();

  private HalfStorage(Graph before, Graph after) {
    this.before = before;
    this.after = after;
    editor = new GraphEditor(after);
  }

  /**
   * The model with those constants in half precision that have a place which had one of half
   * precision before. Nodes keep their names from one to the other.
   */
  static Model asIn(Model before, Model after) {
    return after.withGraph(new HalfStorage(before.graph(), after.graph()).stored());
  }

  private Graph stored() {
    for (Node node : after.nodes()) {
      Node old = before.node(node.name());
      for (int index = 0; old != null && index < node.inputs().size(); index++) {
        DataType type =
            index < old.inputs().size() && old.hasInput(index)
                ? halfBehind(old.input(index))
                : null;
        if (type != null && node.hasInput(index)) {
          narrow(node, node.input(index), type);
        }
      }
    }
    return editor.removeUnused().build();
  }

  /** The type of a constant that a value is the widened form of, in whatever shape. */
  private @Nullable DataType halfBehind(String value) {
    Node producer = before.producer(value);
    while (producer != null && producer.is("Reshape", "Transpose", "Squeeze", "Unsqueeze")) {
      producer = before.producer(producer.input(0));
    }
    Tensor source =
        producer != null && producer.is("Cast") ? before.constant(producer.input(0)) : null;
    if (source == null) {
      return null;
    }
    DataType type = source.dataType();
    return type == DataType.FLOAT16 || type == DataType.BFLOAT16 ? type : null;
  }

  private void narrow(Node node, String constant, DataType type) {
    Tensor tensor = after.constant(constant);
    if (tensor == null || tensor.dataType() != DataType.FLOAT32 || !fits(tensor, type)) {
      return;
    }
    String wide =
        widened.computeIfAbsent(
            constant,
            name -> {
              String half =
                  editor.addConstant(
                      name + "_half", Tensor.ofDoubles(type, tensor.toDoubles(), tensor.shape()));
              String cast = editor.freshName(name + "_widened");
              Attributes to = Attributes.NONE.with("to", CODE_OF_FLOAT32);
              editor.add(Node.onnx(cast, "Cast", to, List.of(half), List.of(cast)));
              return cast;
            });
    editor.redirect(node.name(), constant, wide);
  }

  private static boolean fits(Tensor tensor, DataType type) {
    if (type == DataType.BFLOAT16) {
      return true;
    }
    for (double value : tensor.toDoubles()) {
      if (Math.abs(value) > LARGEST_HALF) {
        return false;
      }
    }
    return true;
  }
}
