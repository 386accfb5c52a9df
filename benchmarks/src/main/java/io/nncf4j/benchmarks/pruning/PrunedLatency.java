package io.nncf4j.benchmarks.pruning;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.LatencyComparison;
import io.nncf4j.engines.LatencyMeasurement;
import io.nncf4j.engines.LatencyMeasurement.Candidate;
import io.nncf4j.engines.LatencyOptions;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much faster models run than the first one: interleaved rounds, batch 1, ONNX Runtime.
 *
 * <pre>  PrunedLatency ROUNDS THREADS BEFORE.onnx AFTER.onnx...  </pre>
 */
public final class PrunedLatency {
  private PrunedLatency() {}

  public static void main(String[] arguments) {
    int rounds = Integer.parseInt(arguments[0]);
    SessionOptions options =
        SessionOptions.defaults()
            .withThreads(Integer.parseInt(arguments[1]))
            .withReuseOutputs(true);
    List<Session> sessions = new ArrayList<>();
    for (String file : List.of(arguments).subList(2, arguments.length)) {
      Model model = ModelFiles.read(Path.of(file));
      sessions.add(new OnnxRuntimeEngine().compile(model, options));
    }
    List<LatencyComparison> compared =
        LatencyMeasurement.compareAll(
            Candidate.synthetic(sessions.get(0), 1),
            sessions.stream().skip(1).map(session -> Candidate.synthetic(session, 1)).toList(),
            LatencyOptions.defaults().withRounds(rounds).withBudget(Duration.ofSeconds(20)));
    for (int index = 0; index < compared.size(); index++) {
      LatencyComparison each = compared.get(index);
      System.out.printf(
          Locale.ROOT,
          "%s: %.2fx (%.2f to %.2f), median %.2f ms against %.2f ms, least %.2f against %.2f%n",
          arguments[index + 3],
          each.speedup(),
          each.speedupLow(),
          each.speedupHigh(),
          each.candidate().medianMillis(),
          each.baseline().medianMillis(),
          each.candidate().minimumNanos() / 1e6,
          each.baseline().minimumNanos() / 1e6);
    }
    sessions.forEach(Session::close);
  }
}
