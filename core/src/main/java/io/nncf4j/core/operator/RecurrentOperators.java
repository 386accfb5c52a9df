package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers. X is [steps, batch, input] and Y [steps, directions, batch, hidden]; with
 * {@code layout} 1 the batch comes first. W is [directions, gates * hidden, input].
 */
final class RecurrentOperators {
  private static final String COMMON =
      "activation_alpha:floats, activation_beta:floats, activations:strings, clip:float,"
          + " direction:string=forward, hidden_size:int, layout:int=0";

  private RecurrentOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Recurrent");
    String sequence = "X:T, W:T, R:T, B?:T, sequence_lens?:int32, initial_h?:T";
    family
        .onnx("RNN", sequence + " -> Y?:T, Y_h?:T", "T=float")
        .attributes(COMMON)
        .cost((node, inputs, outputs) -> flops(1, node, inputs))
        .infer(RecurrentOperators::layer);
    family
        .onnx("GRU", sequence + " -> Y?:T, Y_h?:T", "T=float")
        .attributes(COMMON + ", linear_before_reset:int=0")
        .cost((node, inputs, outputs) -> flops(3, node, inputs))
        .infer(RecurrentOperators::layer);
    family
        .onnx("LSTM", sequence + ", initial_c?:T, P?:T -> Y?:T, Y_h?:T, Y_c?:T", "T=float")
        .attributes(COMMON + ", input_forget:int=0")
        .cost((node, inputs, outputs) -> flops(4, node, inputs))
        .infer(RecurrentOperators::layer);
    family
        .microsoft(
            "DynamicQuantizeLSTM",
            "X:T, W:T2, R:T2, B?:T, sequence_lens?:int32, initial_h?:T, initial_c?:T, P?:T,"
                + " W_scale:T, W_zero_point:T2, R_scale:T, R_zero_point:T2 -> Y?:T, Y_h?:T,"
                + " Y_c?:T",
            "T=float32; T2=byte")
        .attributes(COMMON + ", input_forget:int=0")
        .infer(RecurrentOperators::layer);
    return family.schemas();
  }

  /** {@code 2 * gates * hidden * (input + hidden)} for each step, batch element and direction. */
  private static long flops(int gates, Node node, List<@Nullable Shape> inputs) {
    Shape sequence = Costs.at(inputs, 0);
    Shape recurrence = Costs.at(inputs, 2);
    if (sequence == null
        || recurrence == null
        || !sequence.isStatic()
        || !recurrence.isStatic()
        || sequence.rank() != 3
        || recurrence.rank() != 3) {
      return Costs.UNKNOWN;
    }
    long[] lengths = sequence.toArray();
    long hidden = recurrence.get(2).lengthOrMinusOne();
    return Costs.product(
        2L * gates,
        hidden,
        lengths[2] + hidden,
        lengths[0],
        lengths[1],
        recurrence.get(0).lengthOrMinusOne());
  }

  private static List<TensorType> layer(InferenceContext context) {
    Shape sequence = context.shape(0);
    Axes.requireRank(sequence, 3, "X");
    boolean batchFirst = context.node().intAttribute("layout", 0) != 0;
    Dimension steps = sequence == null ? Dimension.UNKNOWN : sequence.get(batchFirst ? 1 : 0);
    Dimension batch = sequence == null ? Dimension.UNKNOWN : sequence.get(batchFirst ? 0 : 1);
    Dimension directions = Dimension.of(directions(context.node()));
    Dimension hidden = hidden(context);
    Shape all =
        batchFirst
            ? Shape.of(batch, steps, directions, hidden)
            : Shape.of(steps, directions, batch, hidden);
    TensorType last =
        new TensorType(
            null,
            batchFirst ? Shape.of(batch, directions, hidden) : Shape.of(directions, batch, hidden));
    return List.of(new TensorType(null, all), last, last);
  }

  private static long directions(Node node) {
    String direction = node.stringAttribute("direction", "forward");
    return switch (direction) {
      case "forward", "reverse" -> 1;
      case "bidirectional" -> 2;
      default -> throw new InputException("attribute direction cannot be " + direction);
    };
  }

  private static Dimension hidden(InferenceContext context) {
    long given = context.node().intAttribute("hidden_size", -1);
    Shape recurrence = context.shape(2);
    if (given > 0) {
      return Dimension.of(given);
    }
    return recurrence != null
            && recurrence.rank() == 3
            && !context.node().type().equals("DynamicQuantizeLSTM")
        ? recurrence.get(2)
        : Dimension.UNKNOWN;
  }
}
