package io.nncf4j.compression.quantization;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the body of one node is given, step by step, when the node runs once. */
final class BodySteps {
  /** Steps of a Loop or Scan that are looked at, for each run of the node. */
  private static final int MOST_STEPS = 16;

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
   * @param seen the node's inputs and the captured values, by outer name
   */
  List<Map<String, Tensor>> of(Map<String, Tensor> seen) {
    Map<String, Tensor> captured = new HashMap<>();
    body.captured().forEach((inside, outside) -> put(captured, inside, seen.get(outside)));
    return switch (node.type()) {
      case "If" -> branch(captured, seen.get(node.input(0)));
      case "Loop" -> loop(captured, seen);
      case "Scan" -> scan(captured, seen);
      default -> List.of();
    };
  }

  private static void put(Map<String, Tensor> to, String name, @Nullable Tensor tensor) {
    if (tensor != null) {
      to.put(name, tensor);
    }
  }

  private List<Map<String, Tensor>> branch(
      Map<String, Tensor> captured, @Nullable Tensor condition) {
    boolean holds = condition != null && condition.size() > 0 && condition.longAt(0) != 0;
    return holds == body.attribute().equals("then_branch") ? List.of(captured) : List.of();
  }

  private List<Value> ownInputs() {
    return body.model().graph().inputs().stream()
        .filter(input -> !body.captured().containsKey(input.name()))
        .toList();
  }

  private List<Map<String, Tensor>> loop(Map<String, Tensor> captured, Map<String, Tensor> seen) {
    List<Value> inputs = ownInputs();
    Tensor count = seen.get(node.input(0));
    long trips = count == null ? Long.MAX_VALUE : count.longAt(0);
    Tensor given = seen.get(node.input(1));
    Tensor condition = given == null ? Tensor.ofBytes(DataType.BOOL, new byte[] {1}) : given;
    List<Tensor> states = new ArrayList<>();
    for (int state = 2; state < inputs.size(); state++) {
      Tensor first = seen.get(node.input(state));
      if (first == null) {
        return List.of();
      }
      states.add(first);
    }
    List<Map<String, Tensor>> steps = new ArrayList<>();
    for (long step = 0; step < Math.min(trips, MOST_STEPS) && condition.longAt(0) != 0; step++) {
      Map<String, Tensor> stepInputs = new LinkedHashMap<>(captured);
      stepInputs.put(inputs.get(0).name(), Tensor.scalar(step));
      stepInputs.put(inputs.get(1).name(), condition);
      for (int state = 0; state < states.size(); state++) {
        stepInputs.put(inputs.get(state + 2).name(), states.get(state));
      }
      steps.add(stepInputs);
      List<Tensor> results = run(stepInputs);
      condition = results.get(0);
      states = results.subList(1, 1 + states.size());
    }
    return steps;
  }

  private List<Map<String, Tensor>> scan(Map<String, Tensor> captured, Map<String, Tensor> seen) {
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
        return List.of();
      }
      (input < carried ? states : sequences).add(tensor);
    }
    long length = sequences.get(0).dimension((int) axes[0]);
    List<Map<String, Tensor>> steps = new ArrayList<>();
    for (int step = 0; step < Math.min(length, MOST_STEPS); step++) {
      Map<String, Tensor> given = new LinkedHashMap<>(captured);
      for (int state = 0; state < carried; state++) {
        given.put(inputs.get(state).name(), states.get(state));
      }
      for (int sequence = 0; sequence < scanned; sequence++) {
        Tensor whole = sequences.get(sequence);
        int axis = Math.floorMod((int) axes[sequence], whole.rank());
        int at = directions[sequence] == 0 ? step : (int) length - 1 - step;
        given.put(inputs.get(carried + sequence).name(), slice(whole, axis, at));
      }
      steps.add(given);
      states = run(given).subList(0, carried);
    }
    return steps;
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
