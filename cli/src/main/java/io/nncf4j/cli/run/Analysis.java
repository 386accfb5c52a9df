package io.nncf4j.cli.run;

import io.nncf4j.compression.analysis.QuantizationAnalysis;
import io.nncf4j.compression.analysis.SignalToNoise;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.data.SampleSource;
import io.nncf4j.engines.Engine;
import java.util.Map;

/** Puts into a record what became of each layer. */
final class Analysis {
  /** Noise settles quickly: it is a mean over all elements of a layer's output. */
  private static final int SAMPLES_FOR_NOISE = 8;

  private final Engine engine;
  private final int threads;

  Analysis(Engine engine, int threads) {
    this.engine = engine;
    this.threads = threads;
  }

  /** Layers with their noise, ranges kept and observed, the plan, and the graph. */
  void describe(
      RunRecord.Builder record, CalibratedModel calibrated, Choice choice, SampleSource samples) {
    Model before = calibrated.model();
    QuantizationAnalysis analysis = new QuantizationAnalysis(before, choice.model(), choice.plan());
    Map<String, Double> noise =
        choice.isFloat()
            ? Map.of()
            : new SignalToNoise(engine, threads)
                .measure(
                    before,
                    choice.model(),
                    analysis.outputs(),
                    UsableSamples.first(SAMPLES_FOR_NOISE, CalibrationSamples.of(samples, before)));
    record
        .layers(analysis.layers(noise))
        .plan(analysis.planRows())
        .ranges(analysis.ranges(calibrated.observations()))
        .graph(analysis.graphNodes());
  }
}
