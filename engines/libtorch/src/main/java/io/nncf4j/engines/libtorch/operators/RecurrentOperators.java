package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Recurrent layers with their standard activations, step by step, one or both directions. */
final class RecurrentOperators {
  private RecurrentOperators() {}

  static void addTo(OperatorTable table) {
    table.add("LSTM", context -> compile(context, 4, RecurrentOperators::longShortTermMemory));
    table.add("GRU", context -> compile(context, 3, RecurrentOperators::gatedUnit));
    table.add("RNN", context -> compile(context, 1, RecurrentOperators::simple));
  }

  /** Weights of one direction; biases and peepholes may be absent. */
  private record Weights(
      Tensor input,
      Tensor recurrent,
      @Nullable Tensor inputBias,
      @Nullable Tensor recurrentBias,
      @Nullable Tensor peepholes,
      Node node) {
    Tensor fromInput(Tensor x) {
      Tensor product = torch.matmul(x, torch.transpose(input, 0, 1));
      return inputBias == null ? product : torch.add(product, inputBias);
    }

    Tensor fromHidden(Tensor h, long start, long count) {
      Tensor rows = torch.narrow(recurrent, 0, start, count);
      Tensor product = torch.matmul(h, torch.transpose(rows, 0, 1));
      return recurrentBias == null
          ? product
          : torch.add(product, torch.narrow(recurrentBias, 0, start, count));
    }
  }

  /** Hidden and cell state of one direction. */
  private record State(Tensor hidden, @Nullable Tensor cell) {}

  private interface Cell {
    State step(Weights weights, Tensor gates, State state, long size);
  }

  private static Operation compile(NodeContext context, int gates, Cell cell) {
    Node node = context.node();
    if (node.attributes().has("clip") || hasOtherActivations(node)) {
      throw new UnsupportedNode("only the standard activations without clipping are run");
    }
    return Operations.scopedAll(a -> run(node, a, gates, cell));
  }

  private static boolean hasOtherActivations(Node node) {
    Attribute given = node.attributes().get("activations");
    if (!(given instanceof Attribute.StringsAttribute names)) {
      return false;
    }
    List<String> standard =
        switch (node.type()) {
          case "LSTM" -> List.of("Sigmoid", "Tanh", "Tanh");
          case "GRU" -> List.of("Sigmoid", "Tanh");
          default -> List.of("Tanh");
        };
    for (int index = 0; index < names.values().size(); index++) {
      if (!names.values().get(index).equals(standard.get(index % standard.size()))) {
        return true;
      }
    }
    return false;
  }

  private static void run(Node node, Arguments a, int gates, Cell cell) {
    boolean batchFirst = node.intAttribute("layout", 0) != 0;
    Tensor x = batchFirst ? torch.transpose(a.tensor(0), 0, 1) : a.tensor(0);
    String direction = node.stringAttribute("direction", "forward");
    int directions = direction.equals("bidirectional") ? 2 : 1;
    long size = a.tensor(2).size(2);
    for (long length : a.longs(4, new long[0])) {
      if (length != x.size(0)) {
        throw new UnsupportedNode(
            "Node \"" + node.name() + "\": sequences of different lengths are not run on libtorch");
      }
    }
    List<Tensor> sequences = new ArrayList<>();
    List<Tensor> hiddens = new ArrayList<>();
    List<Tensor> cells = new ArrayList<>();
    for (int index = 0; index < directions; index++) {
      boolean backwards = index == 1 || direction.equals("reverse");
      Weights weights = weights(node, a, index, gates, size);
      State state =
          new State(
              initial(a, 5, index, x, size, batchFirst),
              node.type().equals("LSTM") ? initial(a, 6, index, x, size, batchFirst) : null);
      Tensor projected = weights.fromInput(x);
      List<Tensor> steps = new ArrayList<>();
      for (long step = 0; step < x.size(0); step++) {
        long at = backwards ? x.size(0) - 1 - step : step;
        state = cell.step(weights, torch.select(projected, 0, at), state, size);
        steps.add(backwards ? 0 : steps.size(), state.hidden);
      }
      sequences.add(torch.stack(Operations.vector(steps), 0));
      hiddens.add(state.hidden);
      if (state.cell != null) {
        cells.add(state.cell);
      }
    }
    // [steps, directions, batch, hidden], or batch first.
    Tensor all = torch.stack(Operations.vector(sequences), 1);
    a.set(0, batchFirst ? torch.permute(all, 2, 0, 1, 3) : all);
    a.set(1, torch.stack(Operations.vector(hiddens), batchFirst ? 1 : 0));
    if (!cells.isEmpty()) {
      a.set(2, torch.stack(Operations.vector(cells), batchFirst ? 1 : 0));
    }
  }

  private static Weights weights(Node node, Arguments a, int direction, int gates, long size) {
    Tensor inputBias = null;
    Tensor recurrentBias = null;
    if (a.has(3)) {
      Tensor bias = torch.select(a.tensor(3), 0, direction);
      inputBias = torch.narrow(bias, 0, 0, gates * size);
      recurrentBias = torch.narrow(bias, 0, gates * size, gates * size);
    }
    return new Weights(
        torch.select(a.tensor(1), 0, direction),
        torch.select(a.tensor(2), 0, direction),
        inputBias,
        recurrentBias,
        a.has(7) ? torch.select(a.tensor(7), 0, direction) : null,
        node);
  }

  private static Tensor initial(
      Arguments a, int index, int direction, Tensor x, long size, boolean batchFirst) {
    return a.has(index)
        ? torch.select(a.tensor(index), batchFirst ? 1 : 0, direction)
        : torch.zeros(new long[] {x.size(1), size}, x.options());
  }

  /** "Long Short-Term Memory" (Hochreiter and Schmidhuber 1997); gates in the order i, o, f, c. */
  private static State longShortTermMemory(
      Weights weights, Tensor fromInput, State state, long size) {
    Tensor cell = java.util.Objects.requireNonNull(state.cell);
    Tensor gates = torch.add(fromInput, weights.fromHidden(state.hidden, 0, 4 * size));
    Tensor in = torch.narrow(gates, 1, 0, size);
    Tensor out = torch.narrow(gates, 1, size, size);
    Tensor forget = torch.narrow(gates, 1, 2 * size, size);
    Tensor peepholes = weights.peepholes;
    if (peepholes != null) {
      in = torch.add(in, torch.mul(torch.narrow(peepholes, 0, 0, size), cell));
      forget = torch.add(forget, torch.mul(torch.narrow(peepholes, 0, 2 * size, size), cell));
    }
    Tensor fresh = torch.tanh(torch.narrow(gates, 1, 3 * size, size));
    Tensor next =
        torch.add(torch.mul(torch.sigmoid(forget), cell), torch.mul(torch.sigmoid(in), fresh));
    if (peepholes != null) {
      out = torch.add(out, torch.mul(torch.narrow(peepholes, 0, size, size), next));
    }
    return new State(torch.mul(torch.sigmoid(out), torch.tanh(next)), next);
  }

  /** "Learning Phrase Representations" (Cho et al. 2014); gates in the order z, r, h. */
  private static State gatedUnit(Weights weights, Tensor fromInput, State state, long size) {
    Tensor hidden = state.hidden;
    Tensor gates =
        torch.sigmoid(
            torch.add(
                torch.narrow(fromInput, 1, 0, 2 * size), weights.fromHidden(hidden, 0, 2 * size)));
    Tensor update = torch.narrow(gates, 1, 0, size);
    Tensor reset = torch.narrow(gates, 1, size, size);
    boolean linearFirst = weights.node.intAttribute("linear_before_reset", 0) != 0;
    Tensor recalled =
        linearFirst
            ? torch.mul(reset, weights.fromHidden(hidden, 2 * size, size))
            : weights.fromHidden(torch.mul(reset, hidden), 2 * size, size);
    Tensor fresh = torch.tanh(torch.add(torch.narrow(fromInput, 1, 2 * size, size), recalled));
    Tensor kept = torch.mul(update, hidden);
    Tensor share = torch.rsub(update, new Scalar(1.0));
    return new State(torch.add(torch.mul(share, fresh), kept), null);
  }

  private static State simple(Weights weights, Tensor fromInput, State state, long size) {
    Tensor sum = torch.add(fromInput, weights.fromHidden(state.hidden, 0, size));
    return new State(torch.tanh(sum), null);
  }
}
