package io.nncf4j.compression.pruning.block;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How far the outputs of another model are from those of a first one, on the same inputs: for each
 * output the sum of squared differences over the sum of squares, then the mean of all outputs. 0
 * when nothing changes, 1 when all becomes zero.
 */
public final class OutputChange {
  private final Engine engine;
  private final SessionOptions options;
  private final List<Map<String, Tensor>> inputs;
  private final List<Map<String, Tensor>> expected;

  /**
   * @param inputs of the first model, which other models take too
   */
  public OutputChange(
      Engine engine, SessionOptions options, Model first, List<Map<String, Tensor>> inputs) {
    this.engine = engine;
    this.options = options;
    this.inputs = List.copyOf(inputs);
    this.expected = outputs(first);
  }

  private List<Map<String, Tensor>> outputs(Model model) {
    List<Map<String, Tensor>> outputs = new ArrayList<>();
    try (Session session = engine.compile(model, options)) {
      inputs.forEach(each -> outputs.add(session.run(each)));
    }
    return outputs;
  }

  /** The change of a model with the same outputs; infinite where it does not compute numbers. */
  public double of(Model other) {
    List<Map<String, Tensor>> found = outputs(other);
    double sum = 0;
    for (String output : expected.get(0).keySet()) {
      sum += of(output, found);
    }
    double mean = sum / expected.get(0).size();
    return Double.isFinite(mean) ? mean : Double.POSITIVE_INFINITY;
  }

  private double of(String output, List<Map<String, Tensor>> found) {
    double squares = 0;
    double differences = 0;
    for (int index = 0; index < found.size(); index++) {
      Tensor before = expected.get(index).get(output);
      Tensor after = found.get(index).get(output);
      if (before == null || after == null || before.size() != after.size()) {
        return Double.POSITIVE_INFINITY;
      }
      for (int element = 0; element < before.size(); element++) {
        double value = before.doubleAt(element);
        double difference = after.doubleAt(element) - value;
        squares += value * value;
        differences += difference * difference;
      }
    }
    return differences == 0 ? 0 : differences / squares;
  }
}
