package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How a learned quantizer says that it clips its input to 0 … ceiling first. */
public final class ClippedQuantizer {
  private static final String CEILING = "clip_ceiling";

  private ClippedQuantizer() {}

  /** The quantizer, reading what the clipping read. */
  public static Node of(Node quantizer, String input, double ceiling) {
    List<String> inputs = new ArrayList<>(quantizer.inputs());
    inputs.set(0, input);
    return quantizer
        .withInputs(inputs)
        .withAttributes(quantizer.attributes().with(CEILING, (float) ceiling));
  }

  static boolean isClipped(Node quantizer) {
    return quantizer.attributes().has(CEILING);
  }

  static double ceiling(Node quantizer) {
    return quantizer.floatAttribute(CEILING, Float.POSITIVE_INFINITY);
  }

  /** The clipping alone. */
  static Tensor clip(Node quantizer, Tensor x) {
    double ceiling = ceiling(quantizer);
    return Double.isInfinite(ceiling)
        ? torch.relu(x)
        : torch.clamp(x, Layouts.number(0), Layouts.number(ceiling));
  }
}
