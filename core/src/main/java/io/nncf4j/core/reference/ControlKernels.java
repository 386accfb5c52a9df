package io.nncf4j.core.reference;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** If and Loop. */
final class ControlKernels {
  private ControlKernels() {}

  static Map<String, Kernel> all() {
    return Map.of("If", ControlKernels::choose, "Loop", ControlKernels::loop);
  }

  private static List<Tensor> choose(Call call) {
    Tensor condition = call.input(0);
    if (condition.size() != 1) {
      throw call.problem("its condition must be one value, found " + condition);
    }
    String branch = condition.longAt(0) != 0 ? "then_branch" : "else_branch";
    return call.runBody(call.node().graphAttribute(branch), List.of());
  }

  private static List<Tensor> loop(Call call) {
    Graph body = call.node().graphAttribute("body");
    Tensor trips = call.optional(0);
    Tensor condition = call.optional(1);
    long count = trips == null ? Long.MAX_VALUE : trips.longAt(0);
    boolean go = condition == null || condition.longAt(0) != 0;
    int carried = Math.max(0, call.inputCount() - 2);
    int scanned = body.outputs().size() - 1 - carried;
    if (scanned < 0) {
      throw call.problem("its body gives fewer values than the loop carries");
    }
    List<Tensor> state = new ArrayList<>();
    for (int index = 0; index < carried; index++) {
      state.add(call.input(index + 2));
    }
    List<List<Tensor>> collected = new ArrayList<>();
    for (int index = 0; index < scanned; index++) {
      collected.add(new ArrayList<>());
    }
    for (long step = 0; step < count && go; step++) {
      call.budget().chargeLoopStep(call.node());
      List<Tensor> inputs = new ArrayList<>();
      inputs.add(Tensor.scalar(step));
      inputs.add(Elements.ofBooleans(new boolean[] {true}));
      inputs.addAll(state);
      List<Tensor> results = call.runBody(body, inputs);
      go = results.get(0).longAt(0) != 0;
      state = new ArrayList<>(results.subList(1, 1 + carried));
      for (int index = 0; index < scanned; index++) {
        collected.get(index).add(results.get(1 + carried + index));
      }
    }
    List<Tensor> outputs = new ArrayList<>(state);
    for (int index = 0; index < scanned; index++) {
      outputs.add(stack(call, collected.get(index), body, 1 + carried + index));
    }
    return outputs;
  }

  /** Joins the values of all steps along a new first axis. */
  private static Tensor stack(Call call, List<Tensor> values, Graph body, int output) {
    if (values.isEmpty()) {
      DataType type = body.outputs().get(output).tensorType().dataType();
      return Tensor.ofDoubles(type == null ? DataType.FLOAT32 : type, new double[0], 0);
    }
    List<Tensor> rows =
        values.stream()
            .map(
                value -> {
                  long[] shape = new long[value.rank() + 1];
                  shape[0] = 1;
                  System.arraycopy(value.shape(), 0, shape, 1, value.rank());
                  return value.reshape(shape);
                })
            .toList();
    return MovementKernels.concat(call, rows, 0);
  }
}
