package io.nncf4j.formats.pytorch.archive;

import io.nncf4j.formats.pytorch.pickle.PickleValue;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** Finds the classes of all storages that a pickle refers to; each value is visited once. */
final class StorageWalk {
  private final Map<String, String> types;
  private final Set<PickleValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<PickleValue> todo = new ArrayDeque<>();

  StorageWalk(Map<String, String> types) {
    this.types = types;
  }

  void walk(PickleValue root) {
    add(root);
    while (!todo.isEmpty()) {
      PickleValue value = todo.pop();
      if (value instanceof PickleValue.Sequence sequence) {
        sequence.items().forEach(this::add);
      } else if (value instanceof PickleValue.Dictionary dictionary) {
        dictionary.entries().forEach(entry -> add(entry.value()));
      } else if (value instanceof PickleValue.Made made) {
        made.arguments().items().forEach(this::add);
        PickleValue state = made.state();
        if (state != null) {
          add(state);
        }
      } else if (value instanceof PickleValue.Outside outside
          && outside.id() instanceof PickleValue.Sequence id
          && id.items().size() > 2) {
        types.put(PickleValues.text(id.items().get(2)), PickleValues.name(id.items().get(1)));
      }
    }
  }

  private void add(PickleValue value) {
    if (seen.add(value)) {
      todo.push(value);
    }
  }
}
