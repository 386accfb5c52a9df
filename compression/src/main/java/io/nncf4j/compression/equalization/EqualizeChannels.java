package io.nncf4j.compression.equalization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that {@link Equalization} asks for, one after the other, each with a pass of its own. */
public final class EqualizeChannels {
  private EqualizeChannels() {}

  /**
   * What became of a model.
   *
   * @param model computes the same; the very object given when there was nothing to do
   * @param findings what was asked for and changed nothing
   */
  public record Result(Model model, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /**
   * @param model normalised, with types
   * @param untouched names of nodes that stay as they are
   */
  public static Result apply(
      Model model,
      Equalization wanted,
      @Nullable ModelType type,
      Set<String> untouched,
      Calibrator calibrator,
      CalibrationSamples samples) {
    SmoothQuantAlphas alphas = wanted.smoothQuantFor(type);
    List<Finding> findings = new ArrayList<>();
    Model equalized = model;
    if (!alphas.isOff()) {
      Pass smoothing = SmoothQuant.calibrated(model, alphas, untouched, calibrator, samples);
      boolean isAskedFor = wanted.smoothQuant() != null;
      equalized =
          apply(
              smoothing,
              equalized,
              isAskedFor
                  ? "SmoothQuant changes nothing: no layer of the kind reads an activation of its own"
                      + " with a constant weight"
                  : "",
              findings);
    }
    if (!wanted.disableChannelAlignment()) {
      equalized =
          apply(
              ChannelAlignment.calibrated(equalized, untouched, calibrator, samples),
              equalized,
              "channel alignment changes nothing: no convolution of one group without padding, stride"
                  + " and dilation alone reads what another convolution gives",
              findings);
    }
    return new Result(equalized == model ? model : ShapeInference.infer(equalized), findings);
  }

  /**
   * @param otherwise what is said when nothing changes; empty for nothing
   */
  private static Model apply(Pass pass, Model model, String otherwise, List<Finding> findings) {
    PassResult result = pass.apply(model);
    if (result.model() == model && !otherwise.isEmpty()) {
      findings.add(Finding.warning("option-without-effect", otherwise));
    }
    return result.model();
  }
}
