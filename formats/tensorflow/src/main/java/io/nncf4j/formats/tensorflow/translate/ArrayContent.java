package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of an array of tensors; ONNX has none, so each is expressed as one tensor. */
sealed interface ArrayContent {
  /** Values of the graph that it is made of. */
  List<String> values();

  /** All elements, stacked along a first axis. */
  record Stacked(String tensor) implements ArrayContent {
    @Override
    public List<String> values() {
      return List.of(tensor);
    }
  }

  /** All elements, one behind the other along their first axis: they may differ in its length. */
  record Joined(String tensor) implements ArrayContent {
    @Override
    public List<String> values() {
      return List.of(tensor);
    }
  }

  /**
   * An array that was made empty, and what was written to it since.
   *
   * @param size number of its elements as a value; null where writing decides it
   */
  record Written(DataType type, @Nullable Shape element, @Nullable String size, List<Item> items)
      implements ArrayContent {
    public Written {
      items = List.copyOf(items);
    }

    @Override
    public List<String> values() {
      List<String> values = new ArrayList<>();
      if (size != null) {
        values.add(size);
      }
      items.forEach(item -> values.add(item.value()));
      return values;
    }

    Written with(Item item) {
      List<Item> more = new ArrayList<>(items);
      more.add(item);
      return new Written(type, element, size, more);
    }
  }

  /**
   * @param reference where the index comes from, {@code node:output}; empty for one more at the end
   * @param index the index itself, or -1 where it is not known
   * @param value the element as it stands in TensorFlow
   */
  record Item(String reference, long index, String value) {}
}
