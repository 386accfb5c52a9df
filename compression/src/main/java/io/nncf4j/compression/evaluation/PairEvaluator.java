package io.nncf4j.compression.evaluation;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
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
    Value input = onlyInput(before);
    SessionOptions session =
        SessionOptions.defaults().withThreads(options.threads()).withReuseOutputs(true);
    try (Session left = engine.compile(before, session);
        Session right = engine.compile(after, session)) {
      Pass pass = new Pass(left, right, input, metric, source);
      List<Finding> findings = new ArrayList<>(source.findings());
      LoaderOptions loading =
          LoaderOptions.defaults().withBatchSize(batch(input)).withThreads(options.decoders());
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
    private final String input;
    private final String output;
    private final int batch;
    private final OutputMetric<?> before;
    private final OutputMetric<?> after;
    private final Similarity similarity = new Similarity();
    private int samples;
    private int agreed;
    private int compared;
    private @Nullable Tensor first;

    Pass(
        Session left,
        Session right,
        Value input,
        Optional<MetricKind> metric,
        SampleSource source) {
      this.left = left;
      this.right = right;
      this.input = input.name();
      this.batch = batch(input);
      output = left.outputs().get(0);
      before = OutputMetric.of(metric, output, options, source);
      after = OutputMetric.of(metric, output, options, source);
    }

    void run(Batch each) {
      Tensor given = Batches.padded(each.input(), batch);
      if (first == null) {
        first = Batches.copy(given);
      }
      Map<String, Tensor> inputs = Map.of(input, given);
      Map<String, Tensor> exact = Batches.first(left.run(inputs), each.size(), batch);
      Map<String, Tensor> compressed = Batches.first(right.run(inputs), each.size(), batch);
      before.add(exact, each);
      after.add(compressed, each);
      similarity.add(exact, compressed);
      agree(scores(exact), scores(compressed), each.size());
      samples += each.size();
      options.progress().accept(samples);
    }

    private Tensor scores(Map<String, Tensor> outputs) {
      return Objects.requireNonNull(outputs.get(output), "the same first output of both models");
    }

    private void agree(Tensor exact, Tensor compressed, int size) {
      if (exact.rank() < 2 || exact.dimension(0) != size || exact.size() != compressed.size()) {
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
      Map<String, Tensor> inputs = Map.of(input, Objects.requireNonNull(first));
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

  private static Value onlyInput(Model model) {
    List<Value> inputs = model.graph().inputs();
    if (inputs.size() != 1) {
      throw new InputException(
          "A model with one input can be evaluated on a data set; this one takes "
              + inputs.stream().map(Value::name).toList());
    }
    return inputs.get(0);
  }

  /** The batch that the model is made for; one where that is open. */
  private static int batch(Value input) {
    Shape shape = input.tensorType().shape();
    long length = shape == null || shape.rank() == 0 ? 1 : shape.get(0).lengthOrMinusOne();
    return (int) Math.max(1, length);
  }
}
