package io.nncf4j.compression.equalization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that {@link Equalization} asks for, one after the other, each with a pass of its own. */
public final class EqualizeChannels {
  private EqualizeChannels() {}

  /**
   * @param model normalised, with types
   * @param untouched names of nodes that stay as they are
   * @return a model that computes the same; the same object when there was nothing to do
   */
  public static Model apply(
      Model model,
      Equalization wanted,
      @Nullable ModelType type,
      Set<String> untouched,
      Calibrator calibrator,
      CalibrationSamples samples) {
    SmoothQuantAlphas alphas = wanted.smoothQuantFor(type);
    Model equalized = model;
    if (!alphas.isOff()) {
      equalized =
          SmoothQuant.calibrated(equalized, alphas, untouched, calibrator, samples)
              .apply(equalized)
              .model();
    }
    if (!wanted.disableChannelAlignment()) {
      equalized =
          ChannelAlignment.calibrated(equalized, untouched, calibrator, samples)
              .apply(equalized)
              .model();
    }
    return equalized == model ? model : ShapeInference.infer(equalized);
  }
}
