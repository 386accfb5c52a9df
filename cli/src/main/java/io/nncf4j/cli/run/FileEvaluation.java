package io.nncf4j.cli.run;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.ConsoleProgress;
import io.nncf4j.compression.evaluation.EvaluationOptions;
import io.nncf4j.compression.evaluation.PairEvaluation;
import io.nncf4j.compression.evaluation.PairEvaluator;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.StageClock;
import io.nncf4j.data.SampleSource;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyOptions;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Measures the file that was written, not the model in memory, beside the model before. */
record FileEvaluation(Engine engine, JobData data, int threads, Console console, StageClock clock) {
  /**
   * @param calibrated how many samples made the model
   * @param timed whether both are timed too
   * @param findings what is found is added here
   */
  PairEvaluation evaluate(
      Model before, Path written, int calibrated, boolean timed, Collection<Finding> findings) {
    tellOfShared(calibrated, findings);
    Model measurable = RunnableModel.measurable(before, engine, findings);
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
                          measurable,
                          GivenModel.of(written).readRunnable(findings),
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

  private void tellOfShared(int calibrated, Collection<Finding> findings) {
    SampleSource made = data.calibration();
    SampleSource measured = data.evaluation();
    Set<String> names = new HashSet<>();
    for (int index = 0; index < Math.min(calibrated, made.size()); index++) {
      names.add(made.name(index));
    }
    long shared =
        IntStream.range(0, measured.size())
            .mapToObj(measured::name)
            .filter(names::contains)
            .count();
    if (shared > 0) {
      findings.add(
          Finding.information(
              "calibrated-with-measured-samples",
              shared
                  + " of the "
                  + measured.size()
                  + " samples measured calibrated the model too, which can flatter it a little"));
    }
  }
}
