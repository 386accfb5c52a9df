package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps one of several constants with the same type, shape and bytes.
 *
 * <pre>
 *   constant a = 1, constant b = 1        constant a = 1
 *   Add(x, a), Mul(y, b)                  Add(x, a), Mul(y, a)
 * </pre>
 *
 * <p>The first in file order stays. Constants that are graph outputs keep their names.
 */
public record DeduplicateConstants() implements Pass {
  /** Equal tensors have equal keys; the bytes decide in the end. */
  private record Key(Tensor tensor, int contentHash) {
    static Key of(Tensor tensor) {
      ByteBuffer data = tensor.data();
      // The ends of a large tensor tell it apart well enough; equals looks at everything.
      int hash =
          data.remaining() <= 8192
              ? data.hashCode()
              : 31 * data.slice(0, 4096).hashCode()
                  + data.slice(data.remaining() - 4096, 4096).hashCode();
      return new Key(tensor, hash);
    }

    @Override
    public int hashCode() {
      return contentHash;
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
      return other instanceof Key that
          && contentHash == that.contentHash
          && tensor.equals(that.tensor);
    }
  }

  @Override
  public PassResult apply(Model model) {
    return Scope.rewrite(model, DeduplicateConstants::deduplicate);
  }

  private static Graph deduplicate(Scope scope) {
    Graph graph = scope.graph();
    GraphEditor editor = scope.editor();
    Map<Key, String> first = new HashMap<>();
    boolean changed = false;
    for (Map.Entry<String, Tensor> entry : graph.constants().entrySet()) {
      String kept = first.putIfAbsent(Key.of(entry.getValue()), entry.getKey());
      if (kept != null && !graph.isOutput(entry.getKey())) {
        editor.redirect(entry.getKey(), kept);
        editor.removeConstant(entry.getKey());
        changed = true;
      }
    }
    return changed ? editor.build() : graph;
  }
}
