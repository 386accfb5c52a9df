package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.Outputs;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Labelled data on which the curvature of the loss is measured, to choose widths by.
 *
 * @param batches gives batches of so many samples together, or fewer when there are no more
 */
public record QuantizationPrecisionInitArgs(IntFunction<List<LabelledBatch>> batches)
    implements ExtraStruct {
  /**
   * Samples with what is to be minimised on them.
   *
   * @param inputs of the model, by name
   * @param loss a scalar from the model's outputs, closed by whoever asks for it
   */
  public record LabelledBatch(
      Map<String, Tensor> inputs, Function<Outputs, org.bytedeco.pytorch.Tensor> loss) {}
}
