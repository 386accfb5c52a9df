package io.nncf4j.compression.evaluation;

import io.nncf4j.compression.calibration.ModelInput;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.data.metric.MetricResult;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Latency;
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
 * Runs a model with one input over a data set.
 *
 * <p>Samples are decoded on other threads while earlier ones run. Latency is measured afterwards,
 * on a batch of the data, when nothing else goes on.
 */
public final class Evaluator {
  private final Engine engine;
  private final EvaluationOptions options;

  public Evaluator(Engine engine, EvaluationOptions options) {
    this.engine = engine;
    this.options = options;
  }

  /**
   * Measures a model.
   *
   * @param metric what to compare with the labels; empty for speed alone
   * @throws InputException when the samples do not fit the model, or none of them can be used
   */
  public Evaluation evaluate(Model model, SampleSource source, Optional<MetricKind> metric) {
    ModelInput input = ModelInput.of(model);
    String output = output(model);
    int batch = batch(input);
    OutputMetric<?> metrics = OutputMetric.of(metric, output, options, source);
    SessionOptions sessionOptions =
        SessionOptions.defaults().withThreads(options.threads()).withReuseOutputs(true);
    LoaderOptions loading =
        LoaderOptions.defaults().withBatchSize(batch).withThreads(options.decoders());
    try (Session session = engine.compile(model, sessionOptions)) {
      Pass pass = new Pass(session, input, batch, metrics);
      long start = System.nanoTime();
      List<Finding> findings = new ArrayList<>(source.findings());
      int skipped;
      try (BatchLoader loader = new BatchLoader(source, loading)) {
        for (Batch each : loader) {
          try (each) {
            pass.run(each);
          }
        }
        findings.addAll(loader.findings());
        skipped = loader.brokenCount();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (pass.samples == 0) {
        throw new InputException("The data set is empty: there is nothing to evaluate on");
      }
      List<MetricResult> results = metrics.results();
      return new Evaluation(
          results, pass.samples, skipped, batch, seconds, pass.latency(), findings);
    }
  }

  private final class Pass {
    private final Session session;
    private final ModelInput input;
    private final int batch;
    private final OutputMetric<?> metrics;
    private int samples;
    private @Nullable Tensor first;

    Pass(Session session, ModelInput input, int batch, OutputMetric<?> metrics) {
      this.session = session;
      this.input = input;
      this.batch = batch;
      this.metrics = metrics;
    }

    void run(Batch each) {
      each.samples().forEach(sample -> input.checkShape(sample.input(), sample.name()));
      Tensor given = Batches.padded(each.input(), input.fixedBatch() > 0 ? batch : each.size());
      if (first == null) {
        first = Batches.copy(given);
      }
      Map<String, Tensor> outputs = session.run(Map.of(input.name(), given));
      metrics.add(Batches.first(outputs, each.size(), (int) given.dimension(0)), each);
      samples += each.size();
      options.progress().accept(samples);
    }

    Optional<Latency> latency() {
      return options
          .latency()
          .map(
              how ->
                  LatencyMeasurement.measure(
                      new LatencyMeasurement.Candidate(
                          session, Map.of(input.name(), Objects.requireNonNull(first))),
                      how));
    }
  }

  private String output(Model model) {
    List<String> outputs = model.graph().outputs().stream().map(Value::name).toList();
    if (outputs.isEmpty()) {
      throw new InputException("The model has no output: there is nothing to evaluate");
    }
    if (!options.output().isEmpty() && !outputs.contains(options.output())) {
      throw new InputException(
          "The model has no output \"" + options.output() + "\"; its outputs are " + outputs);
    }
    return options.output().isEmpty() ? outputs.get(0) : options.output();
  }

  private int batch(ModelInput input) {
    int fixed = input.fixedBatch();
    if (fixed < 0) {
      return Math.max(1, options.batch());
    }
    if (options.batch() != 0 && options.batch() != fixed) {
      throw new InputException(
          "The model takes batches of " + fixed + " only; found a batch of " + options.batch());
    }
    return fixed;
  }
}
