package io.nncf4j.compression.evaluation;

import io.nncf4j.compression.calibration.ModelInput;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyComparison;
import io.nncf4j.engines.LatencyMeasurement;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model before and after compression over the same samples, side by side: each picture is
 * decoded once. Afterwards, single runs of both are timed in turn.
 *
 * <p>Both take one input of the same name and hand back the same first output.
 */
public final class PairEvaluator {
  private final Engine engine;
  private final EvaluationOptions options;

  public PairEvaluator(Engine engine, EvaluationOptions options) {
    this.engine = engine;
    this.options = options;
  }

  /**
   * Measures both models.
   *
   * @param metric what to compare with the labels; empty for agreement and speed alone
   * @throws InputException when the samples do not fit the models, or none of them can be used
   */
  public PairEvaluation evaluate(
      Model before, Model after, SampleSource source, Optional<MetricKind> metric) {
    ModelInput input = ModelInput.of(before);
    SessionOptions session =
        SessionOptions.defaults().withThreads(options.threads()).withReuseOutputs(true);
    try (Session left = engine.compile(before, session);
        Session right = engine.compile(after, session)) {
      Pass pass = new Pass(left, right, input, metric, source);
      List<Finding> findings = new ArrayList<>(source.findings());
      LoaderOptions loading =
          LoaderOptions.defaults()
              .withBatchSize(Math.max(1, input.fixedBatch()))
              .withThreads(options.decoders());
      try (BatchLoader loader = new BatchLoader(source, loading)) {
        for (Batch each : loader) {
          try (each) {
            pass.run(each);
          }
        }
        findings.addAll(loader.findings());
      }
      return pass.result(findings);
    }
  }

  private final class Pass {
    private final Session left;
    private final Session right;
    private final ModelInput input;
    private final String output;
    private final int batch;
    private final OutputMetric<?> before;
    private final OutputMetric<?> after;
    private final Similarity similarity = new Similarity();
    private final boolean ofClasses;
    private int samples;
    private int agreed;
    private int compared;
    private @Nullable Tensor first;

    Pass(
        Session left,
        Session right,
        ModelInput input,
        Optional<MetricKind> metric,
        SampleSource source) {
      this.left = left;
      this.right = right;
      this.input = input;
      this.batch = Math.max(1, input.fixedBatch());
      output = left.outputs().get(0);
      ofClasses = metric.map(MetricKind::isClassification).orElse(left.outputs().size() == 1);
      before = OutputMetric.of(metric, output, options, source);
      after = OutputMetric.of(metric, output, options, source);
    }

    void run(Batch each) {
      each.samples().forEach(sample -> input.checkShape(sample.input(), sample.name()));
      Tensor given = Batches.padded(each.input(), batch);
      if (first == null) {
        first = Batches.copy(given);
      }
      Map<String, Tensor> inputs = Map.of(input.name(), given);
      Map<String, Tensor> exact = Batches.first(left.run(inputs), each.size(), batch);
      Map<String, Tensor> compressed = Batches.first(right.run(inputs), each.size(), batch);
      before.add(exact, each);
      after.add(compressed, each);
      similarity.add(exact, compressed);
      if (ofClasses) {
        agree(scores(exact), scores(compressed), each.size());
      }
      samples += each.size();
      options.progress().accept(samples);
    }

    private Tensor scores(Map<String, Tensor> outputs) {
      return Objects.requireNonNull(outputs.get(output), "the same first output of both models");
    }

    /**
     * Scores of classes are one row a sample, or one of 1 x 1 pictures. A column for each of many
     * anchors looks much like it but is none.
     */
    private void agree(Tensor exact, Tensor compressed, int size) {
      boolean oneRow = exact.rank() == 2 || exact.rank() == 4;
      if (!oneRow || exact.dimension(0) != size || exact.size() != compressed.size()) {
        return;
      }
      int classes = exact.size() / size;
      if (classes < 2 || classes != exact.dimension(1)) {
        return;
      }
      for (int sample = 0; sample < size; sample++) {
        compared++;
        if (highest(exact, sample * classes, classes)
            == highest(compressed, sample * classes, classes)) {
          agreed++;
        }
      }
    }

    private static int highest(Tensor scores, int from, int count) {
      int best = 0;
      for (int index = 1; index < count; index++) {
        if (scores.doubleAt(from + index) > scores.doubleAt(from + best)) {
          best = index;
        }
      }
      return best;
    }

    PairEvaluation result(List<Finding> findings) {
      if (samples == 0) {
        throw new InputException("The data set is empty: there is nothing to evaluate on");
      }
      Map<String, Tensor> inputs = Map.of(input.name(), Objects.requireNonNull(first));
      Optional<LatencyComparison> latency =
          options
              .latency()
              .map(
                  how ->
                      LatencyMeasurement.compare(
                          new LatencyMeasurement.Candidate(left, inputs),
                          new LatencyMeasurement.Candidate(right, inputs),
                          how));
      return new PairEvaluation(
          before.results().stream().findFirst(),
          after.results().stream().findFirst(),
          compared == 0 ? null : 100.0 * agreed / compared,
          similarity.cosines(),
          samples,
          latency,
          findings);
    }
  }
}
