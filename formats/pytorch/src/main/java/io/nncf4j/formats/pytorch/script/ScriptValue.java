package io.nncf4j.formats.pytorch.script;

import io.nncf4j.formats.pytorch.aten.AtenValue;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import java.util.ArrayList;
import java.util.List;

/** What a variable of TorchScript's code holds while the code is followed. */
sealed interface ScriptValue {
  ScriptValue NOTHING = new Data(AtenValue.NOTHING);

  /** A tensor, a number, a text. */
  record Data(AtenValue value) implements ScriptValue {}

  /** A list, which may grow, or a tuple. */
  record Items(List<ScriptValue> items) implements ScriptValue {
    static Items of(List<ScriptValue> items) {
      return new Items(new ArrayList<>(items));
    }
  }

  /** A module or another object of the archive. */
  record Instance(PickleValue.Made object) implements ScriptValue {}

  /** A dotted name: a function, or the way to one. */
  record Name(String path) implements ScriptValue {}

  /** For an operator. */
  default AtenValue asArgument() {
    if (this instanceof Data data) {
      return data.value();
    }
    if (this instanceof Items items) {
      return new AtenValue.Many(items.items().stream().map(ScriptValue::asArgument).toList());
    }
    return new AtenValue.Other(toString(), List.of());
  }

  static ScriptValue of(AtenValue value) {
    return value instanceof AtenValue.Many many
        ? Items.of(many.items().stream().map(ScriptValue::of).toList())
        : new Data(value);
  }
}
