package io.nncf4j.compression.latency;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Times sessions of an engine; the order of models is reversed every round. */
final class SessionTimer implements ModelTimer {
  /** The first runs allocate, and fill caches. */
  private static final int WARM_UP_RUNS = 3;

  private final Engine engine;
  private final SessionOptions options;
  private final Map<String, Tensor> inputs;
  private final List<Session> sessions = new ArrayList<>();
  private boolean backwards;

  SessionTimer(Engine engine, SessionOptions options, Map<String, Tensor> inputs) {
    this.engine = engine;
    this.options = options;
    this.inputs = inputs;
  }

  @Override
  public void add(Model model) {
    Session session = engine.compile(model, options);
    sessions.add(session);
    for (int run = 0; run < WARM_UP_RUNS; run++) {
      session.run(inputs);
    }
  }

  @Override
  public long[][] round(int runs) {
    long[][] nanos = new long[sessions.size()][runs];
    for (int position = 0; position < sessions.size(); position++) {
      int index = backwards ? sessions.size() - 1 - position : position;
      for (int run = 0; run < runs; run++) {
        long start = System.nanoTime();
        sessions.get(index).run(inputs);
        nanos[index][run] = System.nanoTime() - start;
      }
    }
    backwards = !backwards;
    return nanos;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void close() {
    sessions.forEach(Session::close);
  }
}
