package io.nncf4j.core.reference;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node being computed: its inputs, its attributes, and what is left of the budget. */
final class Call {
  /** Runs a body of the node. */
  @FunctionalInterface
  interface BodyRunner {
    List<Tensor> run(Graph body, List<Tensor> inputs);
  }

  private final Node node;
  private final List<@Nullable Tensor> inputs;
  private final Budget budget;
  private final BodyRunner bodies;

  Call(Node node, List<@Nullable Tensor> inputs, Budget budget, BodyRunner bodies) {
    this.node = node;
    this.inputs = inputs;
    this.budget = budget;
    this.bodies = bodies;
  }

  Node node() {
    return node;
  }

  int inputCount() {
    return inputs.size();
  }

  /** Input {@code index}, which must be there. */
  Tensor input(int index) {
    Tensor found = optional(index);
    if (found == null) {
      throw problem("input " + index + " is missing");
    }
    return found;
  }

  @Nullable Tensor optional(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /** All inputs, of which none may be absent. */
  List<Tensor> allInputs() {
    Tensor[] all = new Tensor[inputs.size()];
    Arrays.setAll(all, this::input);
    return List.of(all);
  }

  /** An integer input as an array, or {@code absent}. */
  long[] longs(int index, long... absent) {
    Tensor found = optional(index);
    return found == null ? absent : found.toLongs();
  }

  /** The one element of an integer input. */
  long scalarLong(int index) {
    Tensor found = input(index);
    if (found.size() != 1) {
      throw problem("input " + index + " should be one number, found " + found);
    }
    return found.longAt(0);
  }

  /** An axis brought into the range of a tensor's rank. */
  int axis(long axis, int rank) {
    if (axis < -rank || axis >= Math.max(rank, 1)) {
      throw problem("axis " + axis + " is not one of a tensor of rank " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** The type that an attribute such as {@code to} names. */
  DataType type(String attribute, DataType absent) {
    long number = node.intAttribute(attribute, 0);
    if (number == 0) {
      return absent;
    }
    DataType type = DataType.ofOnnxNumber(number);
    if (type == null) {
      throw problem("attribute " + attribute + " names the unknown element type " + number);
    }
    return type;
  }

  List<Tensor> runBody(Graph body, List<Tensor> bodyInputs) {
    return bodies.run(body, bodyInputs);
  }

  Budget budget() {
    return budget;
  }

  /** Takes the work of making a tensor of this shape from the budget; returns its size. */
  int charge(long... shape) {
    int size = Tensor.elementCount(shape);
    budget.charge(node, size);
    return size;
  }

  /** Takes {@code operations} from the budget. */
  void chargeOperations(long operations) {
    budget.charge(node, operations);
  }

  InputException problem(String what) {
    return new InputException("Node \"" + node.name() + "\" (" + node.operator() + "): " + what);
  }
}
