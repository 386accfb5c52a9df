package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.TrainingState;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named tensors compared with those of a session, before any is changed.
 *
 * @param session where they go
 * @param matched tensors whose name, shape and type fit
 * @param missing names that the session has and nobody gives
 * @param unexpected names that are given and the session does not have
 * @param mismatched names with two shapes or types
 */
public record WeightLoading(
    TrainingSession session,
    Map<String, Tensor> matched,
    List<String> missing,
    List<String> unexpected,
    List<String> mismatched) {
  private static final int SHOWN = 20;

  /** Compares without changing anything. */
  public static WeightLoading compare(Map<String, Tensor> given, TrainingSession session) {
    Map<String, Tensor> matched = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    List<String> mismatched = new ArrayList<>();
    for (TrainingState.Entry entry : session.state().entries()) {
      Tensor tensor = given.get(entry.name());
      long[] shape = TensorExchange.shape(entry.tensor());
      if (tensor == null) {
        missing.add(entry.name());
      } else if (!Arrays.equals(tensor.shape(), shape)) {
        mismatched.add(
            entry.name()
                + " "
                + Arrays.toString(tensor.shape())
                + " for "
                + Arrays.toString(shape));
      } else if (tensor.dataType() != TensorExchange.dataType(entry.tensor())) {
        mismatched.add(
            entry.name()
                + " "
                + tensor.dataType().label()
                + " for "
                + TensorExchange.dataType(entry.tensor()).label());
      } else {
        matched.put(entry.name(), tensor);
      }
    }
    List<String> unexpected =
        given.keySet().stream()
            .filter(name -> !session.state().byName().containsKey(name))
            .sorted()
            .toList();
    return new WeightLoading(session, matched, missing, unexpected, mismatched);
  }

  /**
   * @throws InputException when anything is missing, unexpected or of another shape; all is listed
   */
  public void requireComplete() {
    if (!isComplete()) {
      throw new InputException("The checkpoint is not one of this model: " + this);
    }
  }

  /**
   * @throws InputException when a number is not finite: such weights come from a training that went
   *     astray, and nothing good comes of them
   */
  public void requireFinite() {
    List<String> broken = new ArrayList<>();
    matched.forEach(
        (name, tensor) -> {
          if (!isFinite(tensor)) {
            broken.add(name);
          }
        });
    if (!broken.isEmpty()) {
      throw new InputException(
          "The checkpoint has values that are not finite in"
              + listed("tensors", broken)
              + "\nTake an earlier one");
    }
  }

  private static boolean isFinite(Tensor tensor) {
    if (tensor.dataType().isFloatingPoint()) {
      for (float value : tensor.toFloats()) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  /** True when every tensor has found its place. */
  public boolean isComplete() {
    return missing.isEmpty() && unexpected.isEmpty() && mismatched.isEmpty();
  }

  /** What fits and what does not. */
  @Override
  public String toString() {
    return matched.size()
        + " tensors fit"
        + listed("missing in the checkpoint", missing)
        + listed("not in the model", unexpected)
        + listed("of another shape or type", mismatched);
  }

  private static String listed(String what, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String more = names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "";
    return "\n  "
        + what
        + " ("
        + names.size()
        + "): "
        + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
        + more;
  }

  /** Overwrites the session's tensors that matched; the others stay. Gives their number. */
  public int apply() {
    matched.forEach(session.state()::write);
    return matched.size();
  }
}
