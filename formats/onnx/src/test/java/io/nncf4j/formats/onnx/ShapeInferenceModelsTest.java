package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * On whole models, the shape inferred for every inner value is the one that ONNX Runtime makes: in
 * numbers when the input shapes are fixed, and by formula when they are left open.
 */
class ShapeInferenceModelsTest extends SharedModels {
  @Override
  void check(Path file) throws Exception {
    Model model = withoutInnerTypes(new OnnxReader().read(file));
    Map<String, Tensor> inputs = Inputs.random(model, 64);
    Graph open;
    try {
      open = ShapeInference.infer(model).graph();
    } catch (InputException e) {
      // Then the runtime must refuse it too.
      assertThatThrownBy(() -> Runtime.run(Files.readAllBytes(file), inputs))
          .as(e.getMessage())
          .isInstanceOf(OrtException.class);
      return;
    }
    Graph symbolic = open;
    Map<String, Shape> inputShapes = new HashMap<>();
    Map<String, Long> symbols = new HashMap<>();
    inputs.forEach(
        (name, tensor) -> {
          inputShapes.put(name, Shape.of(tensor.shape()));
          bind(symbolic.tensorType(name).shape(), tensor.shape(), symbols);
        });
    Graph fixed = ShapeInference.inferFor(model, inputShapes).graph();
    Map<String, Tensor> actual;
    try {
      actual = Runtime.run(OnnxWriter.toBytes(withAllOutputs(fixed, model)), inputs);
    } catch (OrtException e) {
      Assumptions.abort(
          "the runtime does not run it with all values as outputs: " + e.getMessage());
      return;
    }
    List<String> wrong = new ArrayList<>();
    actual.forEach(
        (name, tensor) -> {
          TensorType type = fixed.tensorType(name);
          if (!String.valueOf(type.shape()).equals(Shape.of(tensor.shape()).toString())
              && !hasDataDependentLength(type.shape())) {
            wrong.add("fixed: " + name + ": " + type + ", actually " + tensor);
          }
          String evaluated = evaluate(symbolic.tensorType(name).shape(), symbols);
          if (!evaluated.contains("#") && !evaluated.equals(Shape.of(tensor.shape()).toString())) {
            wrong.add("open: " + name + ": " + symbolic.tensorType(name) + ", actually " + tensor);
          }
        });
    assertThat(wrong).isEmpty();
    assertThat(actual).isNotEmpty();
  }

  private static boolean hasDataDependentLength(@org.jspecify.annotations.Nullable Shape shape) {
    return shape != null && shape.toString().contains("#");
  }

  private static void bind(
      @org.jspecify.annotations.Nullable Shape shape, long[] lengths, Map<String, Long> symbols) {
    for (int axis = 0; shape != null && axis < shape.rank(); axis++) {
      if (shape.get(axis) instanceof Dimension.Symbol symbol) {
        symbols.put(symbol.name(), lengths[axis]);
      }
    }
  }

  private static String evaluate(
      @org.jspecify.annotations.Nullable Shape shape, Map<String, Long> symbols) {
    if (shape == null) {
      return "null";
    }
    List<String> lengths = new ArrayList<>();
    for (Dimension dimension : shape.dimensions()) {
      Long length = SymbolicInteger.of(dimension).evaluate(symbols);
      lengths.add(length == null ? dimension.toString() : length.toString());
    }
    return lengths.toString();
  }

  /** What files declare for inner values must not help. */
  private static Model withoutInnerTypes(Model model) {
    Graph graph = model.graph();
    return model.withGraph(
        new Graph(
            graph.name(),
            graph.inputs(),
            graph.outputs(),
            graph.constants(),
            graph.nodes(),
            Map.of()));
  }

  private static Model withAllOutputs(Graph graph, Model model) {
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      for (String output : node.outputs()) {
        TensorType type = graph.tensorType(output);
        if (!output.isEmpty() && !node.is("Constant")) {
          outputs.put(output, new Value(output, type.withShape(null)));
        }
      }
    }
    return model.withGraph(
        new Graph(
            graph.name(),
            graph.inputs(),
            List.copyOf(outputs.values()),
            graph.constants(),
            graph.nodes(),
            Map.of()));
  }
}
