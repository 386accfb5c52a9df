package io.nncf4j.cli.run;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.ConsoleProgress;
import io.nncf4j.compression.evaluation.EvaluationOptions;
import io.nncf4j.compression.evaluation.PairEvaluation;
import io.nncf4j.compression.evaluation.PairEvaluator;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.StageClock;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyOptions;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** Measures the file that was written, not the model in memory, beside the model before. */
record FileEvaluation(Engine engine, JobData data, int threads, Console console, StageClock clock) {
  /**
   * @param timed whether both are timed too
   * @param findings what is found is added here
   */
  PairEvaluation evaluate(Model before, Path written, boolean timed, Collection<Finding> findings) {
    Optional<LatencyOptions> timing =
        timed ? Optional.of(LatencyOptions.defaults()) : Optional.empty();
    long samples = data.evaluation().size();
    try (ConsoleProgress progress = console.progress("evaluating", samples, "samples")) {
      EvaluationOptions how =
          EvaluationOptions.defaults()
              .withThreads(threads)
              .withBoxes(data.boxes())
              .withLatency(timing)
              .withProgress(progress::update);
      PairEvaluation measured =
          clock.time(
              "evaluate",
              () ->
                  new PairEvaluator(engine, how)
                      .evaluate(
                          before,
                          RunnableModel.read(written),
                          data.evaluation(),
                          data.measurable()));
      findings.addAll(measured.findings());
      if (data.metric().isPresent() && data.measurable().isEmpty()) {
        findings.add(
            Finding.information(
                "metric-not-measured",
                data.metric().get().label()
                    + " was not measured: the data set's description does not say under the key"
                    + " \"output\" how outputs become boxes"));
      }
      return measured;
    }
  }
}
