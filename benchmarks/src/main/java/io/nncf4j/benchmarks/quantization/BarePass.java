package io.nncf4j.benchmarks.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The least that calibration can take: a model runs once on every decoded sample, in as many
 * sessions of one thread as there are workers, compiling included.
 */
final class BarePass {
  private BarePass() {}

  static double seconds(Engine engine, Model model, DecodedSamples samples, int workers) {
    long start = System.nanoTime();
    AtomicInteger position = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      threads.add(new Thread(() -> runAll(engine, model, samples.inputs(), position)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static void runAll(
      Engine engine, Model model, List<CalibrationSamples.Inputs> samples, AtomicInteger position) {
    SessionOptions one = SessionOptions.defaults().withThreads(1).withReuseOutputs(true);
    try (Session session = engine.compile(model, one)) {
      int index = position.getAndIncrement();
      while (index < samples.size()) {
        session.run(samples.get(index).tensors());
        index = position.getAndIncrement();
      }
    }
  }
}
