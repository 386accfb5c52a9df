package io.nncf4j.formats.pytorch.aten;

import java.util.List;

/** What stands as an argument of an operator, or comes out of it. */
public sealed interface AtenValue {
  AtenValue NOTHING = new Nothing();

  /** None. */
  record Nothing() implements AtenValue {}

  /** A tensor, by the name of its value in the graph. */
  record TensorValue(String value) implements AtenValue {}

  /** An integer that is known only at run time: the name of an int64 scalar in the graph. */
  record Length(String value) implements AtenValue {}

  record Whole(long value) implements AtenValue {}

  record Real(double value) implements AtenValue {}

  record Flag(boolean value) implements AtenValue {}

  record Text(String value) implements AtenValue {}

  record Many(List<AtenValue> items) implements AtenValue {
    public Many {
      items = List.copyOf(items);
    }
  }

  /** Something that only some operators take: what it is, and what it holds. */
  record Other(String kind, List<AtenValue> parts) implements AtenValue {
    public Other {
      parts = List.copyOf(parts);
    }
  }
}
