package io.nncf4j.compression.analysis;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Signal to quantization noise of inner values: {@code 10 log10(sum x² / sum (x - y)²)} in decibel,
 * x in the float model and y in the quantized one, over all samples. It holds the noise of
 * everything before the value too.
 */
public final class SignalToNoise {
  private final Engine engine;
  private final int threads;

  public SignalToNoise(Engine engine, int threads) {
    this.engine = engine;
    this.threads = threads;
  }

  /**
   * Runs both models on the samples.
   *
   * @param outputs values to compare
   * @param samples inputs by name; a handful is enough
   * @return decibel by name of the node; infinite where there is no noise, and nothing for values
   *     that are not float32
   */
  public Map<String, Double> measure(
      Model before,
      Model after,
      List<QuantizationAnalysis.Output> outputs,
      Iterable<Map<String, Tensor>> samples) {
    SessionOptions options = SessionOptions.defaults().withThreads(threads);
    double[] signal = new double[outputs.size()];
    double[] noise = new double[outputs.size()];
    try (Session left = engine.compile(before, probing(options, outputs, true));
        Session right = engine.compile(after, probing(options, outputs, false))) {
      for (Map<String, Tensor> sample : samples) {
        Map<String, Tensor> exact = left.run(sample);
        Map<String, Tensor> quantized = right.run(sample);
        for (int index = 0; index < outputs.size(); index++) {
          Tensor x = exact.get(outputs.get(index).floatValue());
          Tensor y = quantized.get(outputs.get(index).quantizedValue());
          if (x != null && y != null && isFloat(x) && isFloat(y) && x.size() == y.size()) {
            compare(x.toFloats(), y.toFloats(), index, signal, noise);
          }
        }
      }
    }
    Map<String, Double> decibel = new LinkedHashMap<>();
    for (int index = 0; index < signal.length; index++) {
      if (signal[index] > 0) {
        decibel.put(outputs.get(index).node(), 10 * Math.log10(signal[index] / noise[index]));
      }
    }
    return decibel;
  }

  private static SessionOptions probing(
      SessionOptions options, List<QuantizationAnalysis.Output> outputs, boolean isFloat) {
    return options.withProbes(
        outputs.stream()
            .map(output -> isFloat ? output.floatValue() : output.quantizedValue())
            .distinct()
            .toList());
  }

  private static boolean isFloat(Tensor tensor) {
    return tensor.dataType() == DataType.FLOAT32;
  }

  private static void compare(float[] x, float[] y, int index, double[] signal, double[] noise) {
    double power = 0;
    double error = 0;
    for (int at = 0; at < x.length; at++) {
      double difference = (double) x[at] - y[at];
      power += (double) x[at] * x[at];
      error += difference * difference;
    }
    signal[index] += power;
    noise[index] += error;
  }
}
