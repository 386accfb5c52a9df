package io.nncf4j.compression.training.trace;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.rewrite.Normalization;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The graph that is compressed, when code says so: between the values marked as inputs and those
 * marked as outputs.
 *
 * <p>Two pictures through one network, compared; pictures come as numbers from 0 to 255, and
 * scaling them is part of the model:
 *
 * <pre>{@code
 * DummyForward dummyForward =
 *     model -> {
 *       TensorType picture = model.inputs().get(0).tensorType();
 *       SymbolicValue left = model.mock("left", picture).asInput("left").times(1 / 255f);
 *       SymbolicValue right = model.mock("right", picture).asInput("right").times(1 / 255f);
 *       model.call(left).get(0).minus(model.call(right).get(0)).asOutput("difference");
 *     };
 * WrapValues asTheyAre = values -> values;      // everything is marked above
 * Model compared = ModelTrace.of(model, dummyForward, asTheyAre, asTheyAre);
 * }</pre>
 */
public final class ModelTrace {
  private ModelTrace() {}

  /**
   * Traces code.
   *
   * @param model is not changed
   * @param dummyForward runs the model; null to call it once with its own inputs
   * @param wrapInputs marks inputs at each call of the model; needed with {@code dummyForward},
   *     else null marks them all under their own names
   * @param wrapOutputs marks outputs of each call; null marks them all under their own names
   * @throws InputException when nothing is marked, names are marked twice, outputs depend on what
   *     is no input, or shapes do not fit
   */
  public static Model of(
      Model model,
      @Nullable DummyForward dummyForward,
      @Nullable WrapValues wrapInputs,
      @Nullable WrapValues wrapOutputs) {
    if (dummyForward != null && wrapInputs == null) {
      throw new InputException(
          "dummyForward needs wrapInputs, which says where the compressed graph begins: give a"
              + " function that hands back value.asInput(name)");
    }
    Model normal = Normalization.forTraining().apply(model).model();
    TracedModel traced =
        new TracedModel(
            normal,
            wrapInputs == null ? values -> markInputs(normal, values) : wrapInputs,
            wrapOutputs == null ? ModelTrace::markOutputs : wrapOutputs);
    if (dummyForward != null) {
      dummyForward.run(traced);
    } else {
      traced.call(
          traced.inputs().stream()
              .map(input -> traced.mock(input.name(), input.tensorType()))
              .toArray(SymbolicValue[]::new));
    }
    return traced.finish();
  }

  private static List<SymbolicValue> markInputs(Model model, List<SymbolicValue> values) {
    List<Value> inputs = model.graph().inputs();
    List<SymbolicValue> marked = new ArrayList<>();
    for (int index = 0; index < values.size(); index++) {
      marked.add(values.get(index).asInput(inputs.get(index).name()));
    }
    return marked;
  }

  private static List<SymbolicValue> markOutputs(List<SymbolicValue> values) {
    return values.stream().map(value -> value.asOutput(value.name())).toList();
  }
}
