package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Types of the values that a loop carries from one trip to the next: true before the first trip and
 * after every one.
 *
 * @param state types of the carried values
 * @param bodyOutputs types of all outputs of the body for such a state
 */
record Carried(List<@Nullable ValueType> state, List<@Nullable ValueType> bodyOutputs) {
  /** After so many tries only the element type of what still changes is kept. */
  private static final int TRIES = 2;

  /** The body's inputs for a state. */
  interface BodyInputs {
    List<@Nullable ValueType> of(List<@Nullable ValueType> state);
  }

  /**
   * Starts from the initial state and forgets what a trip through the body changes, until nothing
   * changes any more.
   *
   * @param firstOutput position of the state among the body's outputs
   */
  static Carried settle(
      InferenceContext context,
      Graph body,
      List<@Nullable ValueType> initial,
      int firstOutput,
      BodyInputs bodyInputs) {
    List<@Nullable ValueType> state = initial;
    for (int attempt = 0; ; attempt++) {
      List<@Nullable ValueType> outputs = context.inferBody(body, bodyInputs.of(state));
      List<@Nullable ValueType> after = outputs.subList(firstOutput, firstOutput + state.size());
      List<@Nullable ValueType> common = new ArrayList<>();
      for (int index = 0; index < state.size(); index++) {
        ValueType joined = TypeMerge.common(state.get(index), after.get(index));
        boolean changed = joined == null || !joined.equals(state.get(index));
        common.add(changed && attempt >= TRIES ? dataTypeOnly(joined) : joined);
      }
      if (common.equals(state) || attempt > TRIES) {
        return new Carried(attempt > TRIES ? open(state) : state, outputs);
      }
      state = common;
    }
  }

  private static @Nullable ValueType dataTypeOnly(@Nullable ValueType type) {
    return type instanceof TensorType tensor ? tensor.withShape((Shape) null) : null;
  }

  private static List<@Nullable ValueType> open(List<@Nullable ValueType> state) {
    List<@Nullable ValueType> open = new ArrayList<>();
    state.forEach(type -> open.add(dataTypeOnly(type)));
    return open;
  }
}
