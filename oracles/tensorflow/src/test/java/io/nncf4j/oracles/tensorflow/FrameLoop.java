package io.nncf4j.oracles.tensorflow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.proto.GraphDef;

/** Loops as graphs of TensorFlow 1 have them; the cycles are closed in {@link #definition}. */
final class FrameLoop {
  private final SmallGraph graph;
  private final Map<String, String> cycles = new HashMap<>();
  private int count;

  FrameLoop(SmallGraph graph) {
    this.graph = graph;
  }

  /** A value from around, the same in each turn. */
  Output<?> invariant(String frame, Output<?> value) {
    return graph.op("Enter", value).with("frame_name", frame).with("is_constant", true).out();
  }

  /** A constant that is made anew in each turn. */
  Output<?> constant(Output<?> within, int value) {
    return graph
        .ops
        .withControlDependencies(List.of(graph.ops.identity(within)))
        .constant(value)
        .asOutput();
  }

  /** What comes out behind the last turn. */
  Output<?>[] loop(
      String frame,
      Output<?>[] initial,
      Function<Output<?>[], Output<?>> condition,
      Function<Output<?>[], Output<?>[]> turn) {
    Output<?>[] merged = new Output<?>[initial.length];
    for (int index = 0; index < initial.length; index++) {
      Output<?> enter = graph.op("Enter", initial[index]).with("frame_name", frame).out();
      merged[index] = graph.op("Merge", (Object) new Output<?>[] {enter, enter}).out();
    }
    Output<?> goesOn = graph.op("LoopCond", condition.apply(merged)).out();
    Output<?>[] within = new Output<?>[initial.length];
    Output<?>[] exits = new Output<?>[initial.length];
    for (int index = 0; index < initial.length; index++) {
      Operation parts = graph.op("Switch", merged[index], goesOn).build();
      exits[index] = graph.op("Exit", parts.output(0)).out();
      within[index] = graph.op("Identity", parts.output(1)).out();
    }
    Output<?>[] next = turn.apply(within);
    for (int index = 0; index < initial.length; index++) {
      Operation back = graph.op("NextIteration", next[index]).build();
      cycles.put(((GraphOperation) merged[index].op()).name(), back.name());
    }
    count++;
    return exits;
  }

  int count() {
    return count;
  }

  /** The graph with all cycles. */
  GraphDef definition() {
    GraphDef.Builder definition = graph.graph.toGraphDef().toBuilder();
    for (int index = 0; index < definition.getNodeCount(); index++) {
      String back = cycles.get(definition.getNode(index).getName());
      if (back != null) {
        definition.getNodeBuilder(index).setInput(1, back);
      }
    }
    return definition.build();
  }
}
