package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.List;

/**
 * A While as a Loop: the condition is computed before the first turn and at the end of each. Arrays
 * that it writes are in {@link LoopArrays}.
 *
 * <p>What the body hands on unchanged is no state but a value around the loop. The shapes and
 * layouts of the rest are those that the first turn begins with, made wider until a turn ends with
 * what the next can begin with.
 */
final class LoopTranslation {
  /** Each try opens a dimension or drops a layout; real loops need three. */
  private static final int MOST_TRIES = 32;

  private final NodeContext node;
  private final Translation outer;
  private final String condition;
  private final String body;
  private final List<State> states = new ArrayList<>();

  /** A value that goes from turn to turn, with what is known of it in all of them. */
  private static final class State {
    final LaidOut initial;
    TensorType type;
    boolean plain;
    boolean passed;

    State(LaidOut initial, TensorType type) {
      this.initial = initial;
      this.type = type;
      this.plain = !initial.isChannelsFirst();
    }

    boolean isArray() {
      return initial.isArray();
    }

    /** True for what the Loop hands from turn to turn as it is. */
    boolean isHandedOn() {
      return !passed && !isArray();
    }

    Layout layout() {
      return plain ? Layout.PLAIN : initial.layout();
    }
  }

  private LoopTranslation(NodeContext node) {
    this.node = node;
    outer = node.translation();
    condition = ControlFlowRules.function(node, "cond");
    body = ControlFlowRules.function(node, "body");
    for (LaidOut initial : ControlFlowRules.inputs(node, 0)) {
      boolean kept = initial.isPlain() || initial.isChannelsFirst() || initial.isArray();
      LaidOut start = kept ? initial : LaidOut.plain(outer.plain(initial));
      states.add(
          new State(
              start, start.isArray() ? TensorType.UNKNOWN : outer.graph().type(start.value())));
    }
  }

  static void translate(NodeContext node) {
    LoopTranslation loop = new LoopTranslation(node);
    for (int turn = 0; turn < MOST_TRIES; turn++) {
      if (loop.attempt()) {
        return;
      }
    }
    throw new InexpressibleNodeException("the shapes of its values change from turn to turn");
  }

  /** False when the states had to be made wider. */
  private boolean attempt() {
    String name = node.node.name();
    GraphComposer inner = outer.graph().body(name + "/body");
    Translation inside = outer.in(inner);
    inner.input(name + "/iteration", new TensorType(DataType.INT64, Shape.SCALAR));
    inner.input(name + "/condition", new TensorType(DataType.BOOL, Shape.SCALAR));
    List<LaidOut> before = new ArrayList<>();
    for (int index = 0; index < states.size(); index++) {
      State state = states.get(index);
      before.add(
          !state.isHandedOn()
              ? state.initial
              : new LaidOut(inner.input(name + "/state" + index, state.type), state.layout()));
    }
    List<LaidOut> after = outer.call(body, inner, before);
    if (after.size() != states.size()) {
      throw new InexpressibleNodeException(
          "its body makes " + after.size() + " values of " + states.size());
    }
    if (widen(inner, before, after)) {
      return false;
    }
    List<LaidOut> next = new ArrayList<>();
    for (int index = 0; index < states.size(); index++) {
      next.add(states.get(index).isHandedOn() ? after.get(index) : states.get(index).initial);
    }
    LaidOut again = outer.call(condition, inner, next).get(0);
    inner.capture(again.value());
    String more = ControlFlowRules.truth(inside, again, name);
    ControlFlowRules.output(inside, LaidOut.plain(more), Layout.PLAIN);
    List<String> read = new ArrayList<>(List.of("", first()));
    for (int index = 0; index < states.size(); index++) {
      State state = states.get(index);
      if (state.isHandedOn()) {
        ControlFlowRules.output(inside, after.get(index), state.layout());
        read.add(state.plain ? outer.plain(state.initial) : state.initial.value());
      }
    }
    LoopArrays arrays = arrays(after);
    int count = read.size() - 2;
    read.addAll(arrays.finish(inside));
    Attributes attributes = Attributes.of("body", Attribute.of(inner.build()));
    List<String> made =
        outer.graph().emit("Loop", name, attributes, read, Math.max(count + arrays.count(), 1));
    int output = 0;
    for (int index = 0; index < states.size(); index++) {
      State state = states.get(index);
      if (state.passed) {
        node.result(index, state.initial);
      } else if (state.isHandedOn()) {
        node.result(index, new LaidOut(made.get(output++), state.layout()));
      }
    }
    arrays.results(made, count);
    return true;
  }

  private LoopArrays arrays(List<LaidOut> after) {
    LoopArrays arrays =
        new LoopArrays(node, body, states.stream().map(state -> state.initial).toList());
    for (int index = 0; index < states.size(); index++) {
      if (states.get(index).isArray() && !states.get(index).passed) {
        arrays.add(index, after.get(index));
      }
    }
    return arrays;
  }

  /** Whether the first turn is made at all. */
  private String first() {
    List<LaidOut> initial = states.stream().map(state -> state.initial).toList();
    LaidOut begins = outer.call(condition, outer.graph(), initial).get(0);
    return ControlFlowRules.truth(outer, begins, node.node.name());
  }

  /** Makes states fit what a turn ends with; true when one of them changed. */
  private boolean widen(GraphComposer inner, List<LaidOut> before, List<LaidOut> after) {
    boolean changed = false;
    boolean anyLeft = false;
    for (int index = 0; index < states.size(); index++) {
      State state = states.get(index);
      if (state.passed) {
        continue;
      }
      if (after.get(index).equals(before.get(index))) {
        state.passed = true;
        changed = true;
        continue;
      }
      anyLeft = true;
      if (state.isArray()) {
        continue;
      }
      if (!state.plain && !after.get(index).layout().equals(state.layout())) {
        state.plain = true;
        Shape shape = outer.graph().type(outer.plain(state.initial)).shape();
        state.type = state.type.withShape(shape);
        changed = true;
        continue;
      }
      inner.capture(after.get(index).value());
      Translation inside = outer.in(inner);
      String value = state.plain ? inside.plain(after.get(index)) : after.get(index).value();
      TensorType joined = joined(state.type, inner.type(value));
      changed |= !joined.equals(state.type);
      state.type = joined;
    }
    if (!anyLeft) {
      throw new InexpressibleNodeException("its body changes nothing");
    }
    return changed;
  }

  private static TensorType joined(TensorType known, TensorType found) {
    Shape one = known.shape();
    Shape other = found.shape();
    if (one == null || other == null || one.rank() != other.rank()) {
      return one == null ? known : known.withShape(null);
    }
    Shape joined = one;
    for (int axis = 0; axis < one.rank(); axis++) {
      if (one.get(axis).isKnown()
          && one.get(axis).lengthOrMinusOne() != other.get(axis).lengthOrMinusOne()) {
        joined = joined.with(axis, Dimension.UNKNOWN);
      }
    }
    return joined.equals(one) ? known : known.withShape(joined);
  }
}
