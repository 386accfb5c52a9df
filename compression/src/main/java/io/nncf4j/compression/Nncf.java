package io.nncf4j.compression;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.Engine;
import java.util.Comparator;
import java.util.ServiceLoader;
import java.util.stream.StreamSupport;

/**
 * The shortest way to each thing that this framework does, named as users of NNCF know it.
 *
 * <pre>{@code
 * Model model = ModelFiles.read(Path.of("mobilenet.onnx"));
 * Dataset<Path> photos = new Dataset<>(paths, path -> Map.of("input", preprocess(path)));
 * QuantizationParameters parameters =
 *     QuantizationParameters.defaults()
 *         .withPreset(QuantizationPreset.MIXED)
 *         .withSubsetSize(100)
 *         .withIgnoredScope(IgnoredScope.ofTypes("Softmax").withValidate(false))
 *         .withAdvancedParameters(
 *             AdvancedQuantizationParameters.defaults().withOverflowFix(OverflowFix.FIRST_LAYER));
 * Model quantized = Nncf.quantize(model, photos, parameters);
 * ModelFiles.write(quantized, Path.of("mobilenet-int8.onnx"), false);
 * }</pre>
 */
public final class Nncf {
  private Nncf() {}

  /** Quantizes a model after training, to 8 bits, with {@link QuantizationParameters#defaults}. */
  public static Model quantize(Model model, Dataset<?> calibrationDataset) {
    return quantize(model, calibrationDataset, QuantizationParameters.defaults());
  }

  /**
   * Quantizes a model after training.
   *
   * @param model the float model; it is not changed
   * @param calibrationDataset real inputs, of which the first {@code subsetSize} are used
   * @return a model with QuantizeLinear and DequantizeLinear and with integer weights
   */
  public static Model quantize(
      Model model, Dataset<?> calibrationDataset, QuantizationParameters parameters) {
    return new PostTrainingQuantization(new TargetPlanner(), engine())
        .quantize(
            model, CalibrationSamples.of(calibrationDataset, parameters.subsetSize()), parameters)
        .model();
  }

  private static Engine engine() {
    return StreamSupport.stream(ServiceLoader.load(Engine.class).spliterator(), false)
        .min(Comparator.comparing((Engine engine) -> !engine.name().equals("onnxruntime")))
        .orElseThrow(
            () ->
                new NncfException(
                    "No engine is on the class path: add nncf4j-engine-onnxruntime to run models"));
  }
}
