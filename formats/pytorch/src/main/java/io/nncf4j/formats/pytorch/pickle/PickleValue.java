package io.nncf4j.formats.pytorch.pickle;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of a pickle. Values may be shared and even contain themselves: walk with a limit. */
public sealed interface PickleValue {
  /** Python's None. */
  record None() implements PickleValue {}

  record Flag(boolean value) implements PickleValue {}

  record Whole(long value) implements PickleValue {}

  /** An integer beyond 64 bits, such as the magic number of old files, in hexadecimal. */
  record Large(String hexadecimal) implements PickleValue {}

  record Real(double value) implements PickleValue {}

  record Text(String value) implements PickleValue {}

  record Bytes(int length) implements PickleValue {}

  /** A function or class that the pickle names. */
  record Name(String module, String name) implements PickleValue {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** A list, set or tuple. */
  final class Sequence implements PickleValue {
    private final List<PickleValue> items = new ArrayList<>();

    public List<PickleValue> items() {
      return items;
    }

    @Override
    public String toString() {
      return "a sequence of " + items.size();
    }
  }

  /** A dictionary, in the order of the file. */
  final class Dictionary implements PickleValue {
    /** One pair. */
    public record Entry(PickleValue key, PickleValue value) {}

    private final List<Entry> entries = new ArrayList<>();

    public List<Entry> entries() {
      return entries;
    }

    /** The last value under a text, or null. */
    public @Nullable PickleValue get(String key) {
      for (int index = entries.size() - 1; index >= 0; index--) {
        if (entries.get(index).key() instanceof Text text && text.value().equals(key)) {
          return entries.get(index).value();
        }
      }
      return null;
    }

    @Override
    public String toString() {
      return "a dictionary of " + entries.size();
    }
  }

  /** What calling {@code callee} would have made; its state, if any, was set afterwards. */
  final class Made implements PickleValue {
    private final Name callee;
    private final Sequence arguments;
    private @Nullable PickleValue state;

    Made(Name callee, Sequence arguments) {
      this.callee = callee;
      this.arguments = arguments;
    }

    public Name callee() {
      return callee;
    }

    public Sequence arguments() {
      return arguments;
    }

    public @Nullable PickleValue state() {
      return state;
    }

    void setState(PickleValue newState) {
      state = newState;
    }

    @Override
    public String toString() {
      return "an object of " + callee;
    }
  }

  /** As a call in a file would be read. */
  static PickleValue made(Name callee, Sequence arguments) {
    return new Made(callee, arguments);
  }

  /** Something outside the pickle, such as the bytes of a tensor. */
  record Outside(PickleValue id) implements PickleValue {
    @Override
    public String toString() {
      return "a reference to the outside";
    }
  }
}
