package io.nncf4j.compression;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;

/** A small graph for a test, one line a node; a node has the name of its output. */
public final class GraphSketch {
  private final GraphEditor editor = GraphEditor.empty("sketch");

  public GraphSketch input(String name, long... shape) {
    return input(name, DataType.FLOAT32, shape);
  }

  public GraphSketch input(String name, DataType type, long... shape) {
    editor.input(new Value(name, TensorType.of(type, shape)));
    return this;
  }

  public GraphSketch constant(String name, Tensor tensor) {
    editor.constant(name, tensor);
    return this;
  }

  public GraphSketch floats(String name, float... values) {
    return constant(name, Tensor.ofFloats(values, values.length));
  }

  public GraphSketch longs(String name, long... values) {
    return constant(name, Tensor.vector(values));
  }

  public GraphSketch node(String output, String type, String... inputs) {
    return node(output, type, Attributes.NONE, inputs);
  }

  public GraphSketch node(String output, String type, Attributes attributes, String... inputs) {
    editor.add(Node.onnx(output, type, attributes, List.of(inputs), List.of(output)));
    return this;
  }

  public GraphSketch add(Node node) {
    editor.add(node);
    return this;
  }

  public Model model(String... outputs) {
    for (String output : outputs) {
      editor.output(new Value(output, null));
    }
    return ShapeInference.infer(Model.of(editor.build()));
  }

  /** Runs a model with ONNX Runtime. */
  public static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    try (Session session = new OnnxRuntimeEngine().compile(model, SessionOptions.defaults())) {
      return session.run(inputs);
    }
  }

  public static CalibrationSamples samples(List<Map<String, Tensor>> inputs) {
    return CalibrationSamples.of(new Dataset<>(inputs, input -> input), inputs.size());
  }
}
