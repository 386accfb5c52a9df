package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Arrays that a loop writes, one element in each turn: Loop itself stacks them. Where they are only
 * joined behind the loop, elements may have different lengths: then a tensor grows from turn to
 * turn.
 */
final class LoopArrays {
  private static final Set<String> JOINING = Set.of("TensorArrayConcatV3", "TensorListConcatV2");

  private final NodeContext node;
  private final FlatGraph.Function body;
  private final List<LaidOut> initial;
  private final List<Turn> grown = new ArrayList<>();
  private final List<Turn> stacked = new ArrayList<>();

  /** One array: the state of the loop that it is, and what a turn writes. */
  private record Turn(int state, ArrayContent.Written array, String value) {}

  LoopArrays(NodeContext node, String body, List<LaidOut> initial) {
    this.node = node;
    this.body = node.translation().flat().function(body);
    this.initial = initial;
  }

  /**
   * Looks at an array that a turn changes.
   *
   * @throws InexpressibleNodeException when it does not write one element behind the other
   */
  void add(int state, LaidOut after) {
    if (!(initial.get(state).layout() instanceof Layout.Array from
        && from.content() instanceof ArrayContent.Written before
        && after.layout() instanceof Layout.Array to
        && to.content() instanceof ArrayContent.Written written
        && before.items().isEmpty()
        && written.items().size() == 1)) {
      throw new InexpressibleNodeException(
          "its body does more to an array than to write one element of it");
    }
    ArrayContent.Item item = written.items().get(0);
    if (!item.reference().isEmpty() && !counts(item.reference())) {
      throw new InexpressibleNodeException(
          "its body writes elements of an array in another order than 0, 1, 2, ...");
    }
    Turn turn = new Turn(state, before, item.value());
    (isOnlyJoined(state) ? grown : stacked).add(turn);
  }

  /** True for a state that begins with 0 and that each turn makes one more. */
  private boolean counts(String reference) {
    int state = parameter(reference);
    if (state < 0 || !isKnown(state, 0)) {
      return false;
    }
    NodeDefinition sum = body.graph().node(FlatGraph.nodeOf(passed(body.results().get(state))));
    if (sum == null || !sum.operator().startsWith("Add") || sum.inputs().size() != 2) {
      return false;
    }
    String first = sum.inputs().get(0);
    String second = sum.inputs().get(1);
    return parameter(first) == state && isOne(second) || parameter(second) == state && isOne(first);
  }

  private boolean isOne(String reference) {
    NodeDefinition source = body.graph().node(FlatGraph.nodeOf(passed(reference)));
    AttributeValue value = source == null ? null : source.attribute("value");
    if (value != null && source != null && source.operator().equals("Const")) {
      Tensor tensor = value.tensor();
      return tensor.size() == 1 && tensor.longAt(0) == 1;
    }
    int state = parameter(reference);
    return state >= 0 && parameter(body.results().get(state)) == state && isKnown(state, 1);
  }

  private boolean isKnown(int state, long value) {
    LaidOut begin = initial.get(state);
    Tensor known = begin.isArray() ? null : node.translation().graph().known(begin.value());
    return known != null && known.size() == 1 && known.longAt(0) == value;
  }

  private int parameter(String reference) {
    return body.parameters().indexOf(passed(reference));
  }

  /** Where a value comes from that is only passed on. */
  private String passed(String reference) {
    String now = reference;
    NodeDefinition source = body.graph().node(FlatGraph.nodeOf(now));
    while (source != null
        && UnaryRules.PASSING.contains(source.operator())
        && source.inputs().size() == 1) {
      now = source.inputs().get(0);
      source = body.graph().node(FlatGraph.nodeOf(now));
    }
    return now;
  }

  private boolean isOnlyJoined(int state) {
    FlatGraph flat = node.translation().flat();
    String output = node.node.name() + ":" + state;
    Deque<String> todo = new ArrayDeque<>(List.of(output));
    boolean joined = false;
    while (!todo.isEmpty()) {
      String reference = todo.pop();
      for (NodeDefinition reader : flat.consumers(FlatGraph.nodeOf(reference))) {
        if (!reader.inputs().contains(reference)) {
          continue;
        }
        if (UnaryRules.PASSING.contains(reader.operator())) {
          todo.push(reader.name() + ":0");
        } else if (JOINING.contains(reader.operator())) {
          joined = true;
        } else {
          return false;
        }
      }
    }
    return joined;
  }

  /**
   * Adds outputs to the body, behind those of its other states, and inputs for what grows.
   *
   * @return what the inputs begin with
   */
  List<String> finish(Translation inside) {
    GraphComposer inner = inside.graph();
    List<String> begins = new ArrayList<>();
    for (Turn turn : grown) {
      inner.capture(turn.value());
      Shape rest = rest(turn, inner);
      String before =
          inner.input(
              node.node.name() + "/array" + turn.state(),
              new TensorType(turn.array().type(), rest.with(0, Dimension.UNKNOWN)));
      String after =
          inside.emit(
              "Concat",
              node.node.name() + "/array" + turn.state(),
              Attributes.NONE.with("axis", 0L),
              before,
              turn.value());
      ControlFlowRules.output(inside, LaidOut.plain(after), Layout.PLAIN);
      long[] empty = new long[rest.rank()];
      for (int axis = 1; axis < empty.length; axis++) {
        empty[axis] = rest.get(axis).lengthOrMinusOne();
      }
      begins.add(node.constant(Tensor.ofDoubles(turn.array().type(), new double[0], empty)));
    }
    for (Turn turn : stacked) {
      ControlFlowRules.output(inside, LaidOut.plain(turn.value()), Layout.PLAIN);
    }
    return begins;
  }

  /** The shape of an element; all but its first length are known. */
  private static Shape rest(Turn turn, GraphComposer inner) {
    Shape found = inner.type(turn.value()).shape();
    Shape shape = turn.array().element() == null ? found : turn.array().element();
    if (shape == null || !isKnownBehindTheFirst(shape)) {
      throw new InexpressibleNodeException(
          "elements of an array are joined whose shape is not known: " + shape);
    }
    return shape;
  }

  private static boolean isKnownBehindTheFirst(Shape shape) {
    for (int axis = 1; axis < shape.rank(); axis++) {
      if (!shape.get(axis).isKnown()) {
        return false;
      }
    }
    return shape.rank() > 0;
  }

  /** Outputs of the Loop that arrays are. */
  int count() {
    return grown.size() + stacked.size();
  }

  /**
   * @param made outputs of the Loop
   * @param first the first of those that are arrays
   */
  void results(List<String> made, int first) {
    int output = first;
    for (Turn turn : grown) {
      node.result(turn.state(), ArrayRules.joined(made.get(output++)));
    }
    for (Turn turn : stacked) {
      node.result(turn.state(), ArrayRules.stacked(made.get(output++)));
    }
  }
}
