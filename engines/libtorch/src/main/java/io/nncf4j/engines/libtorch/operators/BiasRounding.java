package io.nncf4j.engines.libtorch.operators;

import static io.nncf4j.core.quantize.RoundedBias.BIAS;
import static io.nncf4j.core.quantize.RoundedBias.GAMMA;
import static io.nncf4j.core.quantize.RoundedBias.INNER_BIAS;
import static io.nncf4j.core.quantize.RoundedBias.INPUT_HIGH;
import static io.nncf4j.core.quantize.RoundedBias.INPUT_LOW;
import static io.nncf4j.core.quantize.RoundedBias.MEAN;
import static io.nncf4j.core.quantize.RoundedBias.VARIANCE;
import static io.nncf4j.core.quantize.RoundedBias.WEIGHT_HIGH;
import static io.nncf4j.core.quantize.RoundedBias.WEIGHT_LOW;

import io.nncf4j.core.quantize.RoundedBias;
import io.nncf4j.core.quantize.RoundedBias.Normalization;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** {@link RoundedBias}: a few numbers for each layer, so computed on the host. */
final class BiasRounding {
  private BiasRounding() {}

  static Operation compile(NodeContext context) {
    RoundedBias rounding = RoundedBias.of(context.node());
    return arguments -> {
      if (arguments.isTraining() || arguments.usesBatchStatistics() || arguments.isBypassed()) {
        arguments.set(arguments.tensor(BIAS));
      } else {
        try (PointerScope scope = new PointerScope()) {
          Tensor rounded = Operations.floats(round(rounding, arguments));
          arguments.set(Operations.to(rounded, TensorExchange.scalarType(arguments.tensor(BIAS))));
        }
      }
    };
  }

  private static float[] round(RoundedBias rounding, Arguments arguments) {
    Normalization normalization =
        arguments.has(GAMMA)
            ? new Normalization(
                floats(arguments, GAMMA),
                floats(arguments, MEAN),
                floats(arguments, VARIANCE),
                arguments.has(INNER_BIAS) ? floats(arguments, INNER_BIAS) : null)
            : null;
    float[] inputRange = {
      floats(arguments, INPUT_LOW)[0], floats(arguments, INPUT_HIGH)[0],
    };
    return rounding.round(
        floats(arguments, BIAS),
        inputRange,
        floats(arguments, WEIGHT_LOW),
        floats(arguments, WEIGHT_HIGH),
        normalization);
  }

  private static float[] floats(Arguments arguments, int index) {
    return TensorExchange.toHost(arguments.tensor(index)).toFloats();
  }
}
