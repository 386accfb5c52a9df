package io.nncf4j.compression.quantization;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** What the body of one node is given, step by step, when the node runs once. */
final class BodySteps {
  private final Node node;
  private final BodyModel body;
  private final @Nullable Session session;

  /**
   * @param session runs the float body; needed for Loop and Scan
   */
  BodySteps(Node node, BodyModel body, @Nullable Session session) {
    this.node = node;
    this.body = body;
    this.session = session;
  }

  /**
   * All steps, each computed when it is asked for, so that no more than one is held.
   *
   * @param seen the node's inputs and the captured values, by outer name
   */
  Iterator<Map<String, Tensor>> of(Map<String, Tensor> seen) {
    Map<String, Tensor> captured = new HashMap<>();
    body.captured().forEach((inside, outside) -> put(captured, inside, seen.get(outside)));
    return switch (node.type()) {
      case "If" -> branch(captured, seen.get(node.input(0)));
      case "Loop" -> loop(captured, seen);
      case "Scan" -> scan(captured, seen);
      default -> Collections.emptyIterator();
    };
  }

  private static void put(Map<String, Tensor> to, String name, @Nullable Tensor tensor) {
    if (tensor != null) {
      to.put(name, tensor);
    }
  }

  private static Iterator<Map<String, Tensor>> branchOrNone(
      boolean runs, Map<String, Tensor> given) {
    return runs ? List.of(given).iterator() : Collections.emptyIterator();
  }

  private Iterator<Map<String, Tensor>> branch(
      Map<String, Tensor> captured, @Nullable Tensor condition) {
    boolean holds = condition != null && condition.size() > 0 && condition.longAt(0) != 0;
    return branchOrNone(holds == body.attribute().equals("then_branch"), captured);
  }

  private List<Value> ownInputs() {
    return body.model().graph().inputs().stream()
        .filter(input -> !body.captured().containsKey(input.name()))
        .toList();
  }

  private Iterator<Map<String, Tensor>> loop(
      Map<String, Tensor> captured, Map<String, Tensor> seen) {
    List<Value> inputs = ownInputs();
    Tensor count = seen.get(node.input(0));
    long trips = count == null ? Long.MAX_VALUE : count.longAt(0);
    Tensor given = seen.get(node.input(1));
    Tensor first = given == null ? Tensor.ofBytes(DataType.BOOL, new byte[] {1}) : given;
    List<Tensor> states = new ArrayList<>();
    for (int state = 2; state < inputs.size(); state++) {
      Tensor start = seen.get(node.input(state));
      if (start == null) {
        return Collections.emptyIterator();
      }
      states.add(start);
    }
    return new Steps(states) {
      private Tensor condition = first;

      @Override
      boolean goesOn() {
        return step < trips && condition.longAt(0) != 0;
      }

      @Override
      Map<String, Tensor> inputs() {
        Map<String, Tensor> now = new LinkedHashMap<>(captured);
        now.put(inputs.get(0).name(), Tensor.scalar(step));
        now.put(inputs.get(1).name(), condition);
        for (int state = 0; state < states.size(); state++) {
          now.put(inputs.get(state + 2).name(), states.get(state));
        }
        return now;
      }

      @Override
      List<Tensor> states(List<Tensor> results) {
        condition = results.get(0);
        return results.subList(1, 1 + states.size());
      }
    };
  }

  private Iterator<Map<String, Tensor>> scan(
      Map<String, Tensor> captured, Map<String, Tensor> seen) {
    List<Value> inputs = ownInputs();
    int scanned = (int) node.intAttribute("num_scan_inputs", 1);
    int carried = inputs.size() - scanned;
    long[] axes = node.intsAttribute("scan_input_axes", new long[scanned]);
    long[] directions = node.intsAttribute("scan_input_directions", new long[scanned]);
    List<Tensor> states = new ArrayList<>();
    List<Tensor> sequences = new ArrayList<>();
    for (int input = 0; input < inputs.size(); input++) {
      Tensor tensor = seen.get(node.input(input));
      if (tensor == null) {
        return Collections.emptyIterator();
      }
      (input < carried ? states : sequences).add(tensor);
    }
    long length = sequences.get(0).dimension((int) axes[0]);
    return new Steps(states) {
      @Override
      boolean goesOn() {
        return step < length;
      }

      @Override
      Map<String, Tensor> inputs() {
        Map<String, Tensor> now = new LinkedHashMap<>(captured);
        for (int state = 0; state < carried; state++) {
          now.put(inputs.get(state).name(), states.get(state));
        }
        for (int sequence = 0; sequence < scanned; sequence++) {
          Tensor whole = sequences.get(sequence);
          int axis = Math.floorMod((int) axes[sequence], whole.rank());
          long at = directions[sequence] == 0 ? step : length - 1 - step;
          now.put(inputs.get(carried + sequence).name(), slice(whole, axis, (int) at));
        }
        return now;
      }

      @Override
      List<Tensor> states(List<Tensor> results) {
        return results.subList(0, carried);
      }
    };
  }

  /** One step after the other; a step is run only when the one behind it is asked for. */
  private abstract class Steps implements Iterator<Map<String, Tensor>> {
    long step;
    List<Tensor> states;
    private @Nullable Map<String, Tensor> last;

    Steps(List<Tensor> states) {
      this.states = states;
    }

    /** Whether there is another step behind those that were run. */
    abstract boolean goesOn();

    /** What the step is given. */
    abstract Map<String, Tensor> inputs();

    /** The states behind a step, from all that it gave. */
    abstract List<Tensor> states(List<Tensor> results);

    @Override
    public boolean hasNext() {
      if (last != null) {
        states = states(run(last));
        last = null;
        step++;
      }
      return goesOn();
    }

    @Override
    public Map<String, Tensor> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("step " + step);
      }
      Map<String, Tensor> now = inputs();
      last = now;
      return now;
    }
  }

  private List<Tensor> run(Map<String, Tensor> inputs) {
    if (session == null) {
      throw new IllegalStateException("a step without a session");
    }
    Map<String, Tensor> results = session.run(inputs);
    List<Tensor> inOrder = new ArrayList<>();
    for (Value output : body.model().graph().outputs()) {
      Tensor tensor = results.get(output.name());
      if (tensor == null) {
        throw new IllegalStateException("no output " + output.name());
      }
      inOrder.add(tensor);
    }
    return inOrder;
  }

  /** One step of a sequence, without the axis. */
  private static Tensor slice(Tensor whole, int axis, int at) {
    long[] shape = new long[whole.rank() - 1];
    int outer = 1;
    int inner = 1;
    for (int dimension = 0; dimension < whole.rank(); dimension++) {
      if (dimension < axis) {
        outer *= (int) whole.dimension(dimension);
        shape[dimension] = whole.dimension(dimension);
      } else if (dimension > axis) {
        inner *= (int) whole.dimension(dimension);
        shape[dimension - 1] = whole.dimension(dimension);
      }
    }
    int bytes = (int) whole.dataType().byteCount(inner);
    ByteBuffer from = whole.data();
    ByteBuffer to = Tensor.allocate(whole.dataType(), (long) outer * inner);
    for (int block = 0; block < outer; block++) {
      to.put(from.slice((block * (int) whole.dimension(axis) + at) * bytes, bytes));
    }
    return Tensor.of(whole.dataType(), shape, to.rewind());
  }
}
