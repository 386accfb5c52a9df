package io.nncf4j.formats.pytorch.archive;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.pytorch.pickle.PickleValue;

/** Takes numbers and texts out of a pickle's values. */
final class PickleValues {
  private PickleValues() {}

  static long whole(PickleValue value) {
    if (value instanceof PickleValue.Whole whole) {
      return whole.value();
    }
    throw new InputException("An integer should stand where the pickle has " + value);
  }

  static double real(PickleValue value) {
    return value instanceof PickleValue.Real real ? real.value() : whole(value);
  }

  static String text(PickleValue value) {
    if (value instanceof PickleValue.Text text) {
      return text.value();
    }
    throw new InputException("A text should stand where the pickle has " + value);
  }

  static String name(PickleValue value) {
    if (value instanceof PickleValue.Name name) {
      return name.name();
    }
    throw new InputException("A class should stand where the pickle has " + value);
  }

  static long[] wholes(PickleValue value) {
    PickleValue list =
        value instanceof PickleValue.Made made && !made.arguments().items().isEmpty()
            ? made.arguments().items().get(0)
            : value;
    if (list instanceof PickleValue.Sequence sequence) {
      return sequence.items().stream().mapToLong(PickleValues::whole).toArray();
    }
    throw new InputException("A list of integers should stand where the pickle has " + value);
  }

  static PickleValue made(PickleValue.Name callee, PickleValue.Sequence arguments) {
    return PickleValue.made(callee, arguments);
  }
}
