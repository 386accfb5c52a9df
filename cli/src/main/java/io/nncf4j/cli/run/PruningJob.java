package io.nncf4j.cli.run;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.compression.evaluation.PairEvaluation;
import io.nncf4j.compression.latency.LatencyGuard;
import io.nncf4j.compression.pruning.OneShotPruning;
import io.nncf4j.compression.pruning.PrunedModel;
import io.nncf4j.compression.pruning.PruningSettings;
import io.nncf4j.compression.pruning.channel.KeptChannels;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.format.OutputSet;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.record.Environment;
import io.nncf4j.core.record.FilterRecord;
import io.nncf4j.core.record.Measurement;
import io.nncf4j.core.record.PeakMemory;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.core.record.StageClock;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.SessionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model, prunes it, measures both on the same samples, writes what came of it, and tells
 * all that in a record. Model, record and page appear together at the end, or not at all.
 *
 * @param subsetSize most samples to fit layers with
 * @param quantizing whether what is left is quantized to 8 bits, on the same samples
 */
public record PruningJob(
    Engine engine,
    JobFiles files,
    JobData data,
    PruningSettings settings,
    int subsetSize,
    Quantizing quantizing,
    boolean evaluates,
    boolean reports,
    Console console) {
  /** What happens to the layers that are left. */
  public enum Quantizing {
    NO,
    /** They are quantized where that runs faster here. */
    WHERE_FASTER,
    /** They are quantized. */
    ALWAYS
  }

  /** Does the whole job. */
  public RunRecord run() {
    StageClock clock = new StageClock();
    Set<Finding> findings = new LinkedHashSet<>();
    files.check(reports);
    try (OutputSet outputs = OutputSet.open(files.output(), files.force())) {
      Model read = clock.time("read", () -> files.given().readRunnable(findings));
      if (evaluates) {
        data.checkLabels(read);
      }
      ChecksummedSamples calibration = new ChecksummedSamples(data.calibration());
      CalibrationSamples samples = CalibrationSamples.of(calibration, read).first(subsetSize);
      PrunedModel pruned =
          ReadModel.run(
              engine,
              files.model(),
              read,
              () ->
                  clock.time(
                      "prune", () -> new OneShotPruning(engine, settings).prune(read, samples)));
      findings.addAll(pruned.findings());
      Provenance provenance =
          Provenance.of(
              files.given(), calibration, data.seed(), pruned.samples(), choices(), engine);
      Model left = pruned.model();
      if (quantizing != Quantizing.NO) {
        left = clock.time("quantize", () -> quantized(pruned.model(), samples, findings));
      }
      Model result = provenance.stamp(left);
      List<Path> written =
          clock.time(
              "write",
              () -> outputs.add(files.output(), ModelFiles.content(result, files.output())));
      PairEvaluation measured =
          evaluates
              ? new FileEvaluation(engine, data, settings.threads(), console, clock)
                  .evaluate(read, written.get(0), pruned.samples(), true, findings)
              : null;
      RunRecord.Builder record =
          RunRecord.builder("prune", files.model().toString())
              .output(files.output().toString())
              .samples(pruned.samples())
              .environment(Environment.current(settings.threads()));
      Measurements.fill(
          record,
          ModelFiles.filesOf(files.model()),
          written,
          measured,
          measured == null ? null : measured.latency().orElse(null));
      provenance.lines().forEach(record::provenance);
      record.filters(filters(pruned));
      RunRecord run =
          costs(
              record
                  .findings(List.copyOf(findings))
                  .seconds(clock.seconds())
                  .peakMemoryBytes(PeakMemory.bytes())
                  .build(),
              pruned);
      if (reports) {
        RunFiles.add(run, files.output(), outputs);
      }
      outputs.commit();
      return run;
    }
  }

  /** The 8-bit model, with layers in float where that is faster here. */
  private Model quantized(Model pruned, CalibrationSamples samples, Set<Finding> findings) {
    CalibratedModel calibrated =
        new PostTrainingQuantization(new TargetPlanner(), engine)
            .calibrate(pruned, samples, QuantizationParameters.defaults(), null);
    findings.addAll(calibrated.findings());
    Model whole = calibrated.build(calibrated.plan());
    if (quantizing == Quantizing.ALWAYS) {
      return whole;
    }
    LatencyGuard.Result guarded =
        new LatencyGuard(engine, SessionOptions.defaults().withThreads(settings.threads()))
            .choose(
                calibrated.floatModel(),
                calibrated.plan(),
                whole,
                UsableSamples.first(1, samples).get(0),
                calibrated);
    findings.addAll(guarded.findings());
    return guarded.model();
  }

  private Map<String, String> choices() {
    Map<String, String> choices = new LinkedHashMap<>();
    choices.put("goal", settings.goal().kind().name().toLowerCase(Locale.ROOT));
    choices.put("share", Double.toString(settings.goal().share()));
    choices.put("importance", settings.importance().label());
    choices.put("uniform", Boolean.toString(settings.uniform()));
    choices.put("multiple", Integer.toString(settings.multiple()));
    choices.put("blocks", settings.removesBlocks() ? "may go" : "stay");
    choices.put("quantization", quantizing == Quantizing.NO ? "none" : "8 bits");
    choices.put("compensation", Boolean.toString(settings.compensates()));
    return choices;
  }

  private static RunRecord costs(RunRecord run, PrunedModel pruned) {
    return run.toBuilder()
        .before(with(run.before(), pruned.before()))
        .after(with(run.after(), pruned.after()))
        .build();
  }

  private static @Nullable Measurement with(
      @Nullable Measurement measured, LayerCosts.Tally tally) {
    return measured == null ? null : measured.withCost(tally.flops(), tally.parameters());
  }

  private static List<FilterRecord> filters(PrunedModel pruned) {
    Graph graph = pruned.whole().model().graph();
    Set<String> left =
        pruned.analysis().layers().stream().map(PrunableLayer::node).collect(Collectors.toSet());
    KeptChannels kept = RemoveChannels.kept(pruned.analysis(), pruned.removed());
    List<FilterRecord> records = new ArrayList<>();
    for (PrunableLayer layer : pruned.whole().analysis().layers()) {
      Shape shape = graph.tensorType(layer.weight().value()).shape();
      if (shape == null) {
        continue;
      }
      char[] marks = new char[(int) shape.get(layer.filterDimension()).lengthOrMinusOne()];
      boolean isLeft = left.contains(layer.node());
      int @Nullable [] staying =
          isLeft ? kept.of(layer.weight(), layer.filterDimension()) : new int[0];
      Arrays.fill(marks, staying == null ? '1' : '0');
      for (int index = 0; staying != null && index < staying.length; index++) {
        marks[staying[index]] = '1';
      }
      records.add(new FilterRecord(layer.node(), new String(marks)));
    }
    return records;
  }
}
