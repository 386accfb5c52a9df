package io.nncf4j.cli.run;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.ConsoleProgress;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.evaluation.PairEvaluation;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.format.OutputSet;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.Environment;
import io.nncf4j.core.record.PeakMemory;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.core.record.StageClock;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyComparison;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model, quantizes it, measures both on the same samples, writes what came of it, and tells
 * all that in a record. Model, plan, record and page appear together at the end, or not at all.
 */
public final class QuantizationJob {
  private final Engine engine;
  private final JobFiles files;
  private final JobData data;
  private final ChecksummedSamples calibration;
  private final JobOptions options;
  private final Console console;
  private final StageClock clock = new StageClock();
  private final Set<Finding> findings = new LinkedHashSet<>();

  /**
   * @param console told how far long stages have got
   */
  public QuantizationJob(
      Engine engine, JobFiles files, JobData data, JobOptions options, Console console) {
    this.engine = engine;
    this.files = files;
    this.data = data;
    this.calibration = new ChecksummedSamples(data.calibration());
    this.options = options;
    this.console = console;
  }

  /**
   * Does the whole job.
   *
   * @param verb what the record says was run
   */
  public RunRecord run(String verb) {
    files.check(options.reports());
    try (OutputSet outputs = OutputSet.open(files.output(), files.force())) {
      Model read = clock.time("read", () -> files.given().readRunnable(findings));
      if (options.evaluates()) {
        data.checkLabels(read);
      }
      CalibratedModel calibrated =
          ReadModel.run(engine, files.model(), read, () -> calibrate(read));
      Choice choice = Choice.make(engine, calibrated, calibration, options, clock);
      Provenance provenance =
          Provenance.of(
              files.given(),
              calibration,
              data.seed(),
              calibrated.samples(),
              options.parameters(),
              choice.plan(),
              engine);
      Model result = provenance.stamp(choice.model());
      List<Path> written =
          clock.time(
              "write",
              () -> outputs.add(files.output(), ModelFiles.content(result, files.output())));
      outputs.addText(files.plan(), PlanJson.write(choice.plan()));
      PairEvaluation measured =
          options.evaluates() ? evaluate(read, written.get(0), calibrated.samples(), choice) : null;
      findings.addAll(choice.findings());
      findings.addAll(choice.plan().allFindings());
      findings.addAll(calibrated.saturation(choice.plan()));
      RunRecord.Builder record =
          RunRecord.builder(verb, files.model().toString())
              .output(files.output().toString())
              .samples(calibrated.samples())
              .environment(Environment.current(options.threads()));
      Measurements.fill(
          record, ModelFiles.filesOf(files.model()), written, measured, timed(choice, measured));
      provenance.lines().forEach(record::provenance);
      if (options.reports()) {
        clock.run(
            "analyse",
            () ->
                new Analysis(engine, options.threads())
                    .describe(record, calibrated, choice, calibration));
      }
      RunRecord run =
          record
              .findings(List.copyOf(findings))
              .seconds(clock.seconds())
              .peakMemoryBytes(PeakMemory.bytes())
              .build();
      if (options.reports()) {
        RunFiles.add(run, files.output(), outputs);
      }
      outputs.commit();
      return run;
    }
  }

  private CalibratedModel calibrate(Model model) {
    long expected = Math.min(calibration.size(), options.parameters().subsetSize());
    try (ConsoleProgress progress = console.progress("calibrating", expected, "samples")) {
      CalibrationOptions passes =
          options
              .parameters()
              .calibration()
              .withWorkers(options.threads())
              .withProgress(progress::update);
      CalibratedModel calibrated =
          clock.time(
              "calibrate",
              () ->
                  new PostTrainingQuantization(new TargetPlanner(), engine)
                      .calibrate(
                          model,
                          CalibrationSamples.of(calibration, model),
                          options.parameters().withCalibration(passes),
                          options.plan()));
      findings.addAll(calibrated.findings());
      return calibrated;
    }
  }

  private PairEvaluation evaluate(Model before, Path written, int samples, Choice choice) {
    return new FileEvaluation(engine, data, options.threads(), console, clock)
        .evaluate(before, written, samples, choice.comparison() == null, findings);
  }

  /** The float model is not timed against itself: nothing but noise would come of it. */
  private static @Nullable LatencyComparison timed(
      Choice choice, @Nullable PairEvaluation measured) {
    LatencyComparison found = choice.comparison();
    if (found == null) {
      return measured == null ? null : measured.latency().orElse(null);
    }
    return choice.isFloat()
        ? new LatencyComparison(found.baseline(), found.baseline(), 1, 1, 1)
        : found;
  }
}
