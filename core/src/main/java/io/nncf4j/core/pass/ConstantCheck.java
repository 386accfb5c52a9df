package io.nncf4j.core.pass;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Looks for constants that hold NaN. A model with such a weight is still a model, so these are
 * findings and no errors; infinities are common as masks and are not looked for.
 */
public final class ConstantCheck {
  private ConstantCheck() {}

  /** One warning for each constant of the main graph that holds NaN. */
  public static List<Finding> findings(Model model) {
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<String, Tensor> constant : model.graph().constants().entrySet()) {
      int count = countNaN(constant.getValue());
      if (count > 0) {
        findings.add(
            new Finding(
                Finding.Severity.WARNING,
                "weights-not-a-number",
                "the constant \""
                    + constant.getKey()
                    + "\" holds NaN in "
                    + count
                    + " of "
                    + constant.getValue().size()
                    + " elements",
                model.graph().consumers(constant.getKey()).stream()
                    .map(node -> node.name())
                    .toList()));
      }
    }
    return findings;
  }

  private static int countNaN(Tensor tensor) {
    if (!tensor.dataType().isFloatingPoint()) {
      return 0;
    }
    int count = 0;
    if (tensor.dataType() == DataType.FLOAT32) {
      FloatBuffer values = tensor.data().asFloatBuffer();
      for (int index = 0; index < values.limit(); index++) {
        count += Float.isNaN(values.get(index)) ? 1 : 0;
      }
      return count;
    }
    for (int index = 0; index < tensor.size(); index++) {
      count += Double.isNaN(tensor.doubleAt(index)) ? 1 : 0;
    }
    return count;
  }
}
