package io.nncf4j.compression.calibration;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds where NaN or infinity first appears, once a value that holds one has been met. */
final class NonFiniteValue {
  /** Values handed out at a time, so that memory stays within a part of the model's. */
  private static final int AT_A_TIME = 32;

  private NonFiniteValue() {}

  /**
   * Runs the sample again, looking at one value after the other.
   *
   * @param value where it was met
   * @return null when all are finite: what was met is a sum of them
   */
  static @Nullable InputException find(
      Engine engine, Model model, CalibrationSamples.Inputs sample, String value) {
    for (Map.Entry<String, Tensor> input : sample.tensors().entrySet()) {
      if (isFloat(input.getValue()) && !isFinite(input.getValue())) {
        return new InputException(
            "The input \"%s\" holds NaN or infinity for the sample %s: check the data and how it is prepared"
                .formatted(input.getKey(), sample.name()));
      }
    }
    Graph graph = model.graph();
    List<Node> nodes =
        graph.nodes().stream().filter(node -> isFloat(graph, node.output(0))).toList();
    for (int from = 0; from < nodes.size(); from += AT_A_TIME) {
      List<Node> some = nodes.subList(from, Math.min(nodes.size(), from + AT_A_TIME));
      List<String> probes = new ArrayList<>();
      some.stream()
          .map(node -> node.output(0))
          .filter(at -> !graph.isOutput(at))
          .forEach(probes::add);
      SessionOptions options =
          SessionOptions.defaults().withThreads(1).withOptimize(false).withProbes(probes);
      try (Session session = engine.compile(model, options)) {
        Map<String, Tensor> found = session.run(sample.tensors());
        for (Node node : some) {
          Tensor tensor = found.get(node.output(0));
          if (tensor != null && isFloat(tensor) && !isFinite(tensor)) {
            return new InputException(
                "Node \"%s\" (%s) gives NaN or infinity for the sample %s, from inputs that are finite: no range can be found for \"%s\". Check the weights and the preprocessing"
                    .formatted(node.name(), node.type(), sample.name(), value));
          }
        }
      }
    }
    return null;
  }

  /**
   * Likewise, for a value that cannot be quantized in any case.
   *
   * @param value where it was met
   */
  static InputException explain(
      Engine engine, Model model, CalibrationSamples.Inputs sample, String value) {
    InputException found = find(engine, model, sample, value);
    if (found != null) {
      return found;
    }
    Node producer = model.graph().producer(value);
    return new InputException(
        "%s gives numbers for the sample %s that are finite, but so large that they, or the mean of them, exceed what float32 holds: \"%s\" cannot be quantized. Check the weights and the preprocessing, or put the nodes that read it into the ignored scope"
            .formatted(
                producer == null
                    ? "The input \"" + value + "\""
                    : "Node \"" + producer.name() + "\" (" + producer.type() + ")",
                sample.name(),
                value));
  }

  private static boolean isFloat(Graph graph, String value) {
    DataType type = value.isEmpty() ? null : graph.tensorType(value).dataType();
    return type != null && type.isFloatingPoint();
  }

  private static boolean isFloat(Tensor tensor) {
    return tensor.dataType().isFloatingPoint();
  }

  private static boolean isFinite(Tensor tensor) {
    for (float one : tensor.toFloats()) {
      if (!Float.isFinite(one)) {
        return false;
      }
    }
    return true;
  }
}
