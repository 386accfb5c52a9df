package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators with bodies. Their cost is that of the bodies; see {@link ModelCost}. */
final class ControlFlowOperators {
  private ControlFlowOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Control flow");
    family
        .onnx("If", "cond:bool -> outputs...?:any", "")
        .attributes("then_branch:graph!, else_branch:graph!")
        .infer(ControlFlowOperators::branches);
    family
        .onnx(
            "Loop",
            "M?:int64, cond?:bool, v_initial...?:any -> v_final_and_scan_outputs...?:any",
            "")
        .attributes("body:graph!")
        .infer(ControlFlowOperators::loop);
    family
        .onnx(
            "Scan",
            "initial_state_and_scan_inputs...:any -> final_state_and_scan_outputs...?:any",
            "")
        .attributes(
            "body:graph!, num_scan_inputs:int!, scan_input_axes:ints, scan_input_directions:ints,"
                + " scan_output_axes:ints, scan_output_directions:ints")
        .infer(ControlFlowOperators::scan);
    return family.schemas();
  }

  private static List<ValueType> known(List<? extends @Nullable ValueType> types) {
    List<ValueType> known = new ArrayList<>();
    types.forEach(type -> known.add(type == null ? TensorType.UNKNOWN : type));
    return known;
  }

  private static List<ValueType> branches(InferenceContext context) {
    Graph whenTrue = context.node().graphAttribute("then_branch");
    Graph whenFalse = context.node().graphAttribute("else_branch");
    List<@Nullable ValueType> thenTypes = context.inferBody(whenTrue, List.of());
    List<@Nullable ValueType> elseTypes = context.inferBody(whenFalse, List.of());
    int outputs = context.node().outputs().size();
    if (thenTypes.size() < outputs || elseTypes.size() < outputs) {
      throw new InputException(
          "it has "
              + outputs
              + " outputs, and its branches have "
              + thenTypes.size()
              + " and "
              + elseTypes.size());
    }
    long[] condition = context.knownIntegers(0);
    if (condition != null && condition.length == 1) {
      return known(condition[0] != 0 ? thenTypes : elseTypes);
    }
    List<@Nullable ValueType> common = new ArrayList<>();
    for (int index = 0; index < outputs; index++) {
      common.add(TypeMerge.common(thenTypes.get(index), elseTypes.get(index)));
    }
    return known(common);
  }

  private static List<ValueType> loop(InferenceContext context) {
    Node node = context.node();
    Graph body = node.graphAttribute("body");
    List<@Nullable ValueType> state = new ArrayList<>();
    for (int index = 2; index < node.inputs().size(); index++) {
      state.add(context.inputType(index));
    }
    if (body.inputs().size() != state.size() + 2 || body.outputs().size() < state.size() + 1) {
      throw new InputException(
          "it carries "
              + state.size()
              + " values, but its body has "
              + body.inputs().size()
              + " inputs and "
              + body.outputs().size()
              + " outputs; a body has 2 inputs and 1 output more than are carried, and then one"
              + " output for each list");
    }
    Carried carried =
        Carried.settle(
            context,
            body,
            state,
            1,
            types -> {
              List<@Nullable ValueType> inputs = new ArrayList<>();
              inputs.add(TensorType.of(DataType.INT64));
              inputs.add(TensorType.of(DataType.BOOL));
              inputs.addAll(types);
              return inputs;
            });
    List<@Nullable ValueType> outputs = new ArrayList<>(carried.state());
    Dimension trips = null;
    for (ValueType type :
        known(carried.bodyOutputs().subList(state.size() + 1, carried.bodyOutputs().size()))) {
      trips = trips == null ? trips(context, body, outputs.size()) : trips;
      outputs.add(stacked(type, 0, trips));
    }
    return known(outputs);
  }

  /** The trip count when nothing can end the loop earlier; else it depends on data. */
  private static Dimension trips(InferenceContext context, Graph body, int output) {
    List<SymbolicInteger> count = context.integers(0);
    long[] condition = context.knownIntegers(1);
    boolean starts =
        !context.hasInput(1) || (condition != null && condition.length == 1 && condition[0] != 0);
    if (count != null && count.size() == 1 && starts && neverEnds(body)) {
      SymbolicInteger trips = count.get(0);
      if (trips.lowerBound() >= 0) {
        return trips.toDimension();
      }
    }
    return context.dataDependent(output, 0);
  }

  private static boolean neverEnds(Graph body) {
    String condition = body.outputs().get(0).name();
    String given = body.inputs().get(1).name();
    Node producer = body.producer(condition);
    while (producer != null && producer.is("Identity")) {
      condition = producer.input(0);
      producer = body.producer(condition);
    }
    Tensor constant = body.constantValue(condition);
    return condition.equals(given)
        || (constant != null && constant.size() == 1 && constant.longAt(0) != 0);
  }

  private static ValueType stacked(ValueType type, long axis, Dimension length) {
    if (!(type instanceof TensorType tensor) || tensor.shape() == null) {
      return type instanceof TensorType tensor ? tensor : TensorType.UNKNOWN;
    }
    int position = Axes.normalize(axis, tensor.shape().rank() + 1);
    List<Dimension> dimensions = new ArrayList<>(tensor.shape().dimensions());
    dimensions.add(position, length);
    return tensor.withShape(new Shape(dimensions));
  }

  private static List<ValueType> scan(InferenceContext context) {
    Node node = context.node();
    Graph body = node.graphAttribute("body");
    long given = node.intAttribute("num_scan_inputs", 0);
    int states = (int) (node.inputs().size() - Math.min(given, node.inputs().size()));
    if (given < 1
        || given > node.inputs().size()
        || body.inputs().size() != node.inputs().size()
        || body.outputs().size() < states) {
      throw new InputException(
          "it scans "
              + given
              + " of "
              + node.inputs().size()
              + " inputs, which does not fit a body of "
              + body.inputs().size()
              + " inputs and "
              + body.outputs().size()
              + " outputs");
    }
    long[] axes = context.perAxis("scan_input_axes", (int) given, 0);
    List<@Nullable ValueType> state = new ArrayList<>();
    for (int index = 0; index < states; index++) {
      state.add(context.inputType(index));
    }
    Dimension steps = Dimension.UNKNOWN;
    List<@Nullable ValueType> elements = new ArrayList<>();
    for (int index = 0; index < given; index++) {
      TensorType scanned = context.input(states + index);
      Shape shape = scanned.shape();
      if (shape == null) {
        elements.add(scanned);
        continue;
      }
      int axis = Axes.normalize(axes[index], shape.rank());
      steps = Axes.same(steps, shape.get(axis), "lengths of the scanned inputs");
      elements.add(
          scanned.withShape(ReductionOperators.without(shape, java.util.Set.of(axis), false)));
    }
    Carried carried =
        Carried.settle(
            context,
            body,
            state,
            0,
            types -> {
              List<@Nullable ValueType> inputs = new ArrayList<>(types);
              inputs.addAll(elements);
              return inputs;
            });
    List<@Nullable ValueType> outputs = new ArrayList<>(carried.state());
    List<ValueType> rest =
        known(carried.bodyOutputs().subList(states, carried.bodyOutputs().size()));
    long[] outputAxes = context.perAxis("scan_output_axes", rest.size(), 0);
    for (int index = 0; index < rest.size(); index++) {
      outputs.add(stacked(rest.get(index), outputAxes[index], steps));
    }
    return known(outputs);
  }
}
