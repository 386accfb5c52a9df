package io.nncf4j.benchmarks.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Detection;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many boxes a quantized detector finds again, on pictures that did not calibrate it: of the
 * same class, overlapping by half (intersection over union), above the score from which on its
 * authors show boxes.
 *
 * <pre>  BoxAgreement nanodet|fastestdet|yunet MODEL DATA.yaml CALIBRATION  </pre>
 */
public final class BoxAgreement {
  private static final double SAME = 0.5;

  private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
  private final DetectorBoxes form;
  private final Model model;

  private BoxAgreement(DetectorBoxes form, Model model) {
    this.form = form;
    this.model = model;
  }

  public static void main(String[] arguments) {
    DetectorBoxes form = DetectorBoxes.of(arguments[0]);
    Model model = ModelFiles.read(Path.of(arguments[1]));
    try (SampleSource source = DatasetDescription.read(Path.of(arguments[2])).open()) {
      new BoxAgreement(form, model).count(source, Integer.parseInt(arguments[3]));
    }
  }

  private void count(SampleSource source, int calibration) {
    PostTrainingQuantization.Result result =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
            .quantize(
                model,
                CalibrationSamples.of(source.first(calibration), model),
                QuantizationParameters.defaults().withSubsetSize(calibration));
    int exact = 0;
    int found = 0;
    int same = 0;
    int sure = 0;
    int sureAgain = 0;
    try (Session before = engine.compile(model, SessionOptions.defaults());
        Session after = engine.compile(result.model(), SessionOptions.defaults())) {
      for (int index = calibration; index < source.size(); index++) {
        Sample sample = source.load(index);
        List<Detection> expected = boxes(before, sample, form.threshold());
        List<Detection> boxes = boxes(after, sample, form.threshold());
        exact += expected.size();
        found += boxes.size();
        same += matches(expected, boxes);
        // Boxes whose scores lie at the threshold come and go with the smallest change.
        List<Detection> above =
            expected.stream().filter(one -> one.score() >= form.threshold() + 0.1).toList();
        sure += above.size();
        sureAgain += matches(above, boxes(after, sample, form.threshold() - 0.1));
      }
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d pictures, score from %.2f: %d boxes in float, %d in integers, %d the same; %d of %d float"
                + " boxes from %.2f found again from %.2f",
            source.size() - calibration,
            form.threshold(),
            exact,
            found,
            same,
            sureAgain,
            sure,
            form.threshold() + 0.1,
            form.threshold() - 0.1));
  }

  private List<Detection> boxes(Session session, Sample sample, double threshold) {
    String input = model.graph().inputs().get(0).name();
    long[] shape = new long[sample.input().rank() + 1];
    shape[0] = 1;
    System.arraycopy(sample.input().shape(), 0, shape, 1, shape.length - 1);
    Map<String, Tensor> outputs = session.run(Map.of(input, sample.input().reshape(shape)));
    return form.decode(outputs, sample, threshold);
  }

  /** Boxes that have one of their own among {@code found}, the surest ones first. */
  private static int matches(List<Detection> expected, List<Detection> found) {
    List<Detection> left = new ArrayList<>(found);
    int count = 0;
    for (Detection one : expected) {
      Detection best = null;
      double overlap = SAME;
      for (Detection other : left) {
        double shared = one.box().intersectionOverUnion(other.box());
        if (other.category() == one.category() && shared >= overlap) {
          best = other;
          overlap = shared;
        }
      }
      if (best != null) {
        left.remove(best);
        count++;
      }
    }
    return count;
  }
}
