package io.nncf4j.data;

import io.nncf4j.core.InputException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The elements at ascending positions of another iterator; ends early when that one does. */
final class PositionIterator<T> implements Iterator<T> {
  private final Iterator<T> elements;
  private final Iterator<Integer> positions;
  private int passed;
  private int wanted = -1;

  PositionIterator(Iterator<T> elements, Iterator<Integer> positions) {
    this.elements = elements;
    this.positions = positions;
  }

  @Override
  public boolean hasNext() {
    if (wanted < 0 && positions.hasNext()) {
      int position = positions.next();
      if (position < passed) {
        throw new InputException(
            "Positions must ascend: " + position + " comes after " + (passed - 1));
      }
      wanted = position;
    }
    while (wanted >= 0 && passed < wanted && elements.hasNext()) {
      skip(elements.next());
    }
    return wanted >= 0 && passed == wanted && elements.hasNext();
  }

  private void skip(@Nullable T unwanted) {
    passed++;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    wanted = -1;
    passed++;
    return elements.next();
  }
}
