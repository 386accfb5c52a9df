package io.nncf4j.benchmarks.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.latency.LatencyGuard;
import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Accuracy of quantized classifiers on pictures that did not calibrate them: a number of random
 * draws splits the set in two, the first part calibrates, the second part scores; without latency
 * guard unless GUARD is said. The first draw has seed 1.
 *
 * <pre>
 *   HeldOutAccuracy MODEL DATA.yaml CALIBRATION DRAWS [FAST|FULL|NONE [MIN_MAX|MEAN_MIN_MAX]] [GUARD]
 * </pre>
 */
public final class HeldOutAccuracy {
  private static final String GUARD = "GUARD";

  private static final Map<String, RangeEstimator> RANGES =
      Map.of(
          "MIN_MAX", RangeEstimator.MIN_MAX,
          "LIMITED_MIN_MAX", RangeEstimator.LIMITED_MIN_MAX,
          "MEAN_MIN_MAX", RangeEstimator.MEAN_MIN_MAX,
          "PERCENTILE", RangeEstimator.percentile(RangeEstimator.End.USUAL_TAIL),
          "HISTOGRAM", RangeEstimator.HISTOGRAM);

  private final Engine engine = new OnnxRuntimeEngine();
  private final Model model;
  private final String input;
  private final String output;
  private final List<Sample> samples = new ArrayList<>();
  private final List<Integer> floatAnswers;

  private record Score(double agreement, double before, double after) {
    double drop() {
      return before - after;
    }
  }

  private HeldOutAccuracy(Path file, Path data) {
    model = ModelFiles.read(file);
    input = model.graph().inputs().get(0).name();
    output = model.graph().outputs().get(0).name();
    try (SampleSource source = DatasetDescription.read(data).open()) {
      IntStream.range(0, source.size()).forEach(index -> samples.add(source.load(index)));
    }
    floatAnswers = answers(model, samples);
  }

  public static void main(String[] given) {
    String[] arguments = Stream.of(given).filter(one -> !one.equals(GUARD)).toArray(String[]::new);
    boolean isGuarded = arguments.length < given.length;
    HeldOutAccuracy benchmark = new HeldOutAccuracy(Path.of(arguments[0]), Path.of(arguments[1]));
    int calibration = Integer.parseInt(arguments[2]);
    QuantizationParameters parameters =
        QuantizationParameters.defaults().withSubsetSize(calibration);
    if (arguments.length > 4) {
      parameters = parameters.withBiasCorrection(BiasCorrectionMode.valueOf(arguments[4]));
    }
    if (arguments.length > 5) {
      parameters =
          parameters.withRange(Objects.requireNonNull(RANGES.get(arguments[5]), arguments[5]));
    }
    List<Score> scores = new ArrayList<>();
    for (int draw = 1; draw <= Integer.parseInt(arguments[3]); draw++) {
      Score score = benchmark.draw(draw, calibration, parameters, isGuarded);
      scores.add(score);
      System.out.println(
          String.format(
              Locale.ROOT,
              "draw %2d: agreement %.2f %%, top-1 %.2f %% to %.2f %%, drop %.2f points",
              draw,
              score.agreement(),
              score.before(),
              score.after(),
              score.drop()));
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "agreement: mean %.2f %%, worst %.2f %%; drop: mean %.2f, worst %.2f points",
            scores.stream().mapToDouble(Score::agreement).average().orElse(0),
            scores.stream().mapToDouble(Score::agreement).min().orElse(0),
            scores.stream().mapToDouble(Score::drop).average().orElse(0),
            scores.stream().mapToDouble(Score::drop).max().orElse(0)));
  }

  private Score draw(
      long seed, int calibration, QuantizationParameters parameters, boolean isGuarded) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, samples.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    List<CalibrationSamples.Inputs> inputs = new ArrayList<>();
    for (int number = 0; number < calibration; number++) {
      Sample sample = samples.get(order.get(number));
      inputs.add(new CalibrationSamples.Inputs(number, sample.name(), feed(sample)));
    }
    CalibratedModel calibrated =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
            .calibrate(model, new DecodedSamples(inputs), parameters, null);
    Model whole = calibrated.build(calibrated.plan());
    Model quantized = isGuarded ? guarded(calibrated, whole, inputs.get(0).tensors()) : whole;
    List<Integer> scored = order.subList(calibration, order.size());
    List<Integer> found = answers(quantized, scored.stream().map(samples::get).toList());
    int agreed = 0;
    int before = 0;
    int after = 0;
    for (int at = 0; at < found.size(); at++) {
      int wanted =
          samples.get(scored.get(at)).target() instanceof Target.ClassLabel label
              ? label.index()
              : -1;
      int exact = floatAnswers.get(scored.get(at));
      agreed += found.get(at) == exact ? 1 : 0;
      before += exact == wanted ? 1 : 0;
      after += found.get(at) == wanted ? 1 : 0;
    }
    double percent = 100.0 / found.size();
    return new Score(agreed * percent, before * percent, after * percent);
  }

  private Model guarded(CalibratedModel calibrated, Model whole, Map<String, Tensor> inputs) {
    LatencyGuard.Result result =
        new LatencyGuard(engine, SessionOptions.defaults())
            .choose(calibrated.floatModel(), calibrated.plan(), whole, inputs, calibrated);
    System.out.println(
        result.plan().quantizesNothing()
            ? "the guard returned the float model"
            : "nodes that the guard put back: " + result.keptInFloat());
    return result.model();
  }

  private Map<String, Tensor> feed(Sample sample) {
    long[] shape = new long[sample.input().rank() + 1];
    shape[0] = 1;
    System.arraycopy(sample.input().shape(), 0, shape, 1, shape.length - 1);
    return Map.of(input, sample.input().reshape(shape));
  }

  private List<Integer> answers(Model of, List<Sample> pictures) {
    List<Integer> answers = new ArrayList<>();
    try (Session session = engine.compile(of, SessionOptions.defaults().withReuseOutputs(true))) {
      for (Sample picture : pictures) {
        float[] scores = Objects.requireNonNull(session.run(feed(picture)).get(output)).toFloats();
        int best = 0;
        for (int index = 1; index < scores.length; index++) {
          best = scores[index] > scores[best] ? index : best;
        }
        answers.add(best);
      }
    }
    return answers;
  }
}
