package io.nncf4j.compression.evaluation;

import io.nncf4j.core.InputException;
import io.nncf4j.data.metric.BoxOutputs;
import io.nncf4j.engines.LatencyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * How a model is evaluated.
 *
 * @param threads threads that work on one run together
 * @param batch samples that go through the model together; 0 takes what the model is made for, one
 *     where that is open
 * @param decoders threads that decode and prepare samples beside the runs
 * @param output name of the output to compare with the labels; empty for the first one
 * @param boxes how outputs become boxes; absent for models that are no detectors
 * @param latency how the latency of single runs is measured after the pass; absent to leave it out
 * @param progress told how many samples are done, from the calling thread
 */
public record EvaluationOptions(
    int threads,
    int batch,
    int decoders,
    String output,
    Optional<BoxOutputs> boxes,
    Optional<LatencyOptions> latency,
    IntConsumer progress) {
  public EvaluationOptions {
    List<String> problems = new ArrayList<>();
    if (threads < 1) {
      problems.add("threads must be at least 1, found " + threads);
    }
    if (batch < 0) {
      problems.add("batch must be at least 1, found " + batch);
    }
    if (decoders < 1) {
      problems.add("decoders must be at least 1, found " + decoders);
    }
    if (!problems.isEmpty()) {
      throw new InputException("Evaluation: " + String.join("; ", problems));
    }
  }

  /** As many threads as there are, up to two; one decoder; the model's own batch; latency too. */
  public static EvaluationOptions defaults() {
    return new EvaluationOptions(
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        0,
        1,
        "",
        Optional.empty(),
        Optional.of(LatencyOptions.defaults()),
        done -> {});
  }

  public EvaluationOptions withThreads(int newThreads) {
    return new EvaluationOptions(newThreads, batch, decoders, output, boxes, latency, progress);
  }

  public EvaluationOptions withBatch(int newBatch) {
    return new EvaluationOptions(threads, newBatch, decoders, output, boxes, latency, progress);
  }

  public EvaluationOptions withDecoders(int newDecoders) {
    return new EvaluationOptions(threads, batch, newDecoders, output, boxes, latency, progress);
  }

  public EvaluationOptions withOutput(String newOutput) {
    return new EvaluationOptions(threads, batch, decoders, newOutput, boxes, latency, progress);
  }

  public EvaluationOptions withBoxes(Optional<BoxOutputs> newBoxes) {
    return new EvaluationOptions(threads, batch, decoders, output, newBoxes, latency, progress);
  }

  public EvaluationOptions withLatency(Optional<LatencyOptions> newLatency) {
    return new EvaluationOptions(threads, batch, decoders, output, boxes, newLatency, progress);
  }

  public EvaluationOptions withProgress(IntConsumer newProgress) {
    return new EvaluationOptions(threads, batch, decoders, output, boxes, latency, newProgress);
  }
}
