package io.nncf4j.cli.run;

import io.nncf4j.compression.quantization.runtime.KeepFloatIslands;
import io.nncf4j.core.Finding;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.rewrite.ComputeInFloat32;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.SessionOptions;
import java.util.Collection;

/** Models in the form that engines run: quantizers as QuantizeLinear and DequantizeLinear. */
public final class RunnableModel {
  private RunnableModel() {}

  /**
   * Quantizers as ONNX has them; layers with float weights stay float in ONNX Runtime. A model
   * without quantizers that are still to be lowered stays as it is.
   */
  public static PassResult lowered(Model model) {
    PassResult lowered = new LowerFakeQuantize().apply(model);
    return lowered.hasChanged()
        ? PassResult.of(
            model, new KeepFloatIslands().apply(lowered.model()).model(), lowered.findings())
        : lowered;
  }

  /**
   * The model, or the same computed in float32 where it computes in another floating-point type for
   * which the engine has no kernels, such as double.
   *
   * @param findings told when that was done
   */
  static Model measurable(Model model, Engine engine, Collection<Finding> findings) {
    if (!ComputeInFloat32.mentionsOtherFloats(model.graph())) {
      return model;
    }
    try {
      engine.compile(model, SessionOptions.defaults()).close();
      return model;
    } catch (NncfException refused) {
      findings.add(
          Finding.warning(
              "measured-in-float32",
              "the model before was measured in float32, because "
                  + engine.name()
                  + " cannot run it as it is: "
                  + refused.getMessage()));
      return new ComputeInFloat32().apply(ShapeInference.infer(model)).model();
    }
  }
}
