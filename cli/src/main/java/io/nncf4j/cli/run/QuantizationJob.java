package io.nncf4j.cli.run;

import io.nncf4j.compression.analysis.QuantizationAnalysis;
import io.nncf4j.compression.analysis.SignalToNoise;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.evaluation.EvaluationOptions;
import io.nncf4j.compression.evaluation.PairEvaluation;
import io.nncf4j.compression.evaluation.PairEvaluator;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.Environment;
import io.nncf4j.core.record.Measurement;
import io.nncf4j.core.record.PeakMemory;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.core.record.StageClock;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.engines.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads a model, quantizes it, writes it, measures both on the same pictures, and tells all that in
 * a record.
 */
public final class QuantizationJob {
  private static final int SAMPLES_FOR_NOISE = 8;

  private final Engine engine;
  private final QuantizationParameters parameters;
  private final EvaluationOptions evaluation;

  public QuantizationJob(
      Engine engine, QuantizationParameters parameters, EvaluationOptions evaluation) {
    this.engine = engine;
    this.parameters = parameters;
    this.evaluation = evaluation;
  }

  /**
   * What goes in and where it goes.
   *
   * @param verb what the record says was run
   * @param model file of the float model
   * @param output file of the quantized model
   * @param force whether an existing output is written over
   * @param calibration pictures to calibrate with
   * @param evaluation pictures to measure on
   * @param metric what to compare with their labels; empty without labels
   */
  public record Request(
      String verb,
      Path model,
      Path output,
      boolean force,
      SampleSource calibration,
      SampleSource evaluation,
      Optional<MetricKind> metric) {}

  /** Does the whole job. */
  public RunRecord run(Request request) {
    OutputFiles.check(request.output(), request.force());
    StageClock clock = new StageClock();
    Model read = clock.time("read", () -> ModelFiles.read(request.model()));
    PostTrainingQuantization.Result result =
        clock.time(
            "quantize",
            () ->
                new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
                    .quantize(
                        read, CalibrationSamples.of(request.calibration(), read), parameters));
    List<Path> written =
        clock.time(
            "write", () -> ModelFiles.write(result.model(), request.output(), request.force()));
    PairEvaluation measured =
        clock.time(
            "evaluate",
            () ->
                new PairEvaluator(engine, evaluation)
                    .evaluate(
                        read,
                        ModelFiles.read(request.output()),
                        request.evaluation(),
                        request.metric()));
    RunRecord.Builder record =
        RunRecord.builder(request.verb(), request.model().toString())
            .output(request.output().toString())
            .before(before(request, measured))
            .after(after(written, measured))
            .agreement(measured.agreement())
            .samples(result.samples())
            .findings(result.findings())
            .findings(measured.findings())
            .environment(Environment.current(evaluation.threads()))
            .provenance("engine", engine.name() + " " + engine.version())
            .provenance("options", parameters.placement().toString())
            .provenance("range", parameters.range().toString())
            .provenance("bias correction", parameters.biasCorrection().toString())
            .provenance("pictures measured on", Integer.toString(measured.samples()));
    clock.run(
        "analyse",
        () -> describe(record, Normalization.standard().apply(read).model(), result, request));
    return record.seconds(clock.seconds()).peakMemoryBytes(PeakMemory.bytes()).build();
  }

  private static Measurement before(Request request, PairEvaluation measured) {
    Measurement size = Measurement.ofSize(size(List.of(request.model())));
    Measurement metric =
        measured.before().map(found -> size.withMetric(found.name(), found.percent())).orElse(size);
    return measured
        .latency()
        .map(
            pair -> metric.withLatency(pair.baseline().medianMillis(), pair.baseline().p90Millis()))
        .orElse(metric);
  }

  private static Measurement after(List<Path> written, PairEvaluation measured) {
    Measurement size = Measurement.ofSize(size(written));
    Measurement metric =
        measured.after().map(found -> size.withMetric(found.name(), found.percent())).orElse(size);
    return measured
        .latency()
        .map(
            pair ->
                metric.withLatency(pair.candidate().medianMillis(), pair.candidate().p90Millis()))
        .orElse(metric);
  }

  private static long size(List<Path> files) {
    long bytes = 0;
    try {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    } catch (IOException e) {
      throw new NncfException("The size of " + files + " cannot be read", e);
    }
    return bytes;
  }

  private void describe(
      RunRecord.Builder record,
      Model normal,
      PostTrainingQuantization.Result result,
      Request request) {
    QuantizationAnalysis analysis = new QuantizationAnalysis(normal, result.model(), result.plan());
    Map<String, Double> noise =
        new SignalToNoise(engine, evaluation.threads())
            .measure(
                normal, result.model(), analysis.outputs(), inputs(normal, request.calibration()));
    record
        .layers(analysis.layers(noise))
        .plan(analysis.planRows())
        .ranges(analysis.ranges())
        .graph(analysis.graphNodes());
  }

  private static List<Map<String, Tensor>> inputs(Model model, SampleSource pictures) {
    String input = model.graph().inputs().get(0).name();
    return IntStream.range(0, Math.min(SAMPLES_FOR_NOISE, pictures.size()))
        .mapToObj(index -> Map.of(input, batchOfOne(pictures.load(index).input())))
        .toList();
  }

  private static Tensor batchOfOne(Tensor tensor) {
    long[] shape = new long[tensor.rank() + 1];
    shape[0] = 1;
    System.arraycopy(tensor.shape(), 0, shape, 1, tensor.rank());
    return tensor.reshape(shape);
  }
}
