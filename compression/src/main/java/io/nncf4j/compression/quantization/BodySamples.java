package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Samples of a body: what it is given when the model around it runs on the samples of that model. A
 * branch is given something when its condition holds, the body of a Loop or Scan at each step.
 *
 * <p>Nothing is kept but what belongs to one outer sample. Closing ends all passes.
 */
final class BodySamples implements CalibrationSamples, AutoCloseable {
  private static final SampleSource.Memory FRESH =
      (type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape));

  private final Engine engine;
  private final Model outer;
  private final Node node;
  private final BodyModel body;
  private final CalibrationSamples samples;
  private final List<Session> open = new ArrayList<>();

  BodySamples(Engine engine, Model outer, Node node, BodyModel body, CalibrationSamples samples) {
    this.engine = engine;
    this.outer = outer;
    this.node = node;
    this.body = body;
    this.samples = samples;
  }

  @Override
  public int size() {
    return -1;
  }

  @Override
  public Pass begin() {
    return new BodyPass();
  }

  @Override
  public synchronized void close() {
    open.forEach(Session::close);
    open.clear();
  }

  private synchronized Session open(Model model, List<String> probes) {
    Session session = engine.compile(model, SessionOptions.defaults().withProbes(probes));
    open.add(session);
    return session;
  }

  /** One way through the outer samples; used by several threads, one at a time. */
  private final class BodyPass implements Pass {
    private final Pass outerPass = samples.begin();
    private final Set<String> wanted = new LinkedHashSet<>();
    private final Session session;
    private final BodySteps steps;
    private Iterator<Map<String, Tensor>> ready = Collections.emptyIterator();
    private String name = "";
    private int number;

    BodyPass() {
      Graph graph = outer.graph();
      wanted.addAll(body.captured().values());
      node.inputs().stream().filter(input -> !input.isEmpty()).forEach(wanted::add);
      session =
          open(
              outer,
              wanted.stream()
                  .filter(value -> graph.constantValue(value) == null && !graph.isInput(value))
                  .toList());
      steps =
          new BodySteps(node, body, node.is("Loop", "Scan") ? open(body.model(), List.of()) : null);
    }

    @Override
    public synchronized @Nullable Inputs next(SampleSource.Memory memory) {
      while (!ready.hasNext()) {
        // What waits here may be read after the next sample was made: each has memory of its own.
        Inputs inputs = outerPass.next(FRESH);
        if (inputs == null) {
          return null;
        }
        name = inputs.name();
        ready = steps.of(seen(inputs.tensors()));
      }
      return new Inputs(number++, name, ready.next());
    }

    private Map<String, Tensor> seen(Map<String, Tensor> inputs) {
      Map<String, Tensor> seen = new HashMap<>(session.run(inputs));
      seen.putAll(inputs);
      for (String value : wanted) {
        Tensor constant = outer.graph().constantValue(value);
        if (constant != null) {
          seen.put(value, constant);
        }
      }
      return seen;
    }
  }
}
