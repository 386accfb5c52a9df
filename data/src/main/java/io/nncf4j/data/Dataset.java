package io.nncf4j.data;

import io.nncf4j.core.tensor.Tensor;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Any {@code Iterable} with a function that makes a model's inputs of an item: the way to bring
 * one's own data.
 *
 * <pre>{@code
 * Dataset<Photo> dataset = new Dataset<>(photos, photo -> Map.of("input", toTensor(photo)));
 * }</pre>
 *
 * <p>The items are read each time a method here is iterated; nothing is kept.
 *
 * @param <T> item of the data source, labels and all
 */
public final class Dataset<T> {
  private final Iterable<T> dataSource;
  private final Function<? super T, Map<String, Tensor>> transform;

  /**
   * @param dataSource can be iterated more than once
   * @param transform makes the inputs by name, batch dimension included, that the model takes
   */
  public Dataset(Iterable<T> dataSource, Function<? super T, Map<String, Tensor>> transform) {
    this.dataSource = dataSource;
    this.transform = transform;
  }

  /** For a model with one input. */
  public static <T> Dataset<T> ofSingleInput(
      Iterable<T> dataSource, String inputName, Function<? super T, Tensor> transform) {
    return new Dataset<>(dataSource, item -> Map.of(inputName, transform.apply(item)));
  }

  /** The items as they are. */
  public Iterable<T> items() {
    return dataSource;
  }

  /** The items at these ascending positions. */
  public Iterable<T> items(List<Integer> positions) {
    return () -> new PositionIterator<>(dataSource.iterator(), positions.iterator());
  }

  /** The model's inputs for each item. */
  public Iterable<Map<String, Tensor>> inputs() {
    return transformed(dataSource);
  }

  /** The model's inputs for the items at these ascending positions; others are not transformed. */
  public Iterable<Map<String, Tensor>> inputs(List<Integer> positions) {
    return transformed(items(positions));
  }

  /** The model's inputs for one item. */
  public Map<String, Tensor> inputs(T item) {
    return transform.apply(item);
  }

  private Iterable<Map<String, Tensor>> transformed(Iterable<T> items) {
    return () -> {
      Iterator<T> iterator = items.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return iterator.hasNext();
        }

        @Override
        public Map<String, Tensor> next() {
          return transform.apply(iterator.next());
        }
      };
    };
  }
}
